import { jsonDiff } from '../core/diff';

/** In and out, one line for each value: what went, what came, what stayed. */
export function Diff({ before, after }: { before: unknown; after: unknown }) {
  return (
    <div className="diff" dir="ltr">
      {jsonDiff(before, after).map((line, index) => (
        <div key={index} className={line.sign === '+' ? 'add' : line.sign === '-' ? 'del' : 'same'}>{line.sign} {line.path}: <bdi>{line.value}</bdi></div>
      ))}
    </div>
  );
}
