import { useEffect, useState, type ComponentType } from 'react';

/** A part of a page that is fetched once the page is there, and drawn from the moment it is first wanted.
 *  No Suspense: what has been fetched must be there with the same key press that asks for it. */
export function onDemand(load: () => Promise<ComponentType>, useWanted: () => boolean): ComponentType {
  let loaded: ComponentType | undefined;
  return function OnDemand() {
    const isWanted = useWanted();
    const [was, setWas] = useState(false);
    const [, setLoaded] = useState(loaded !== undefined);
    useEffect(() => { if (isWanted) setWas(true); }, [isWanted]);
    // A fetch that failed is tried again when the part is wanted.
    useEffect(() => { if (!loaded) void load().then((part) => { loaded = part; setLoaded(true); }).catch(() => undefined); }, [isWanted]);
    const Part = loaded;
    return Part && (isWanted || was) ? <Part /> : null;
  };
}
