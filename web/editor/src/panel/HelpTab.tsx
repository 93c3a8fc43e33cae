import { Fragment, type ReactNode } from 'react';
import { relationColor } from '../core/geometry';
import { t } from '../core/i18n';
import type { NodeType } from '../core/types';

/** What the node does, as its author says it. */
export function HelpTab({ type }: { type: NodeType }) {
  const fields = Object.entries(type.schema.properties ?? {});
  return (
    <div className="help">
      {type.help.split(/\n{2,}/).map((part, index) => <Part key={index} text={part} />)}
      {(type.relations.length > 0 || type.customRelations) && <h4>{t('help.relations')}</h4>}
      <p className="rels">
        {[...type.relations, 'Failure'].map((name) => <span key={name} className="pill still" style={{ '--ec': relationColor(name) } as React.CSSProperties}>{name}</span>)}
        {type.customRelations && <small className="muted">{t('help.custom')}</small>}
      </p>
      {fields.length > 0 && <h4>{t('help.fields')}</h4>}
      <dl>{fields.map(([key, field]) => <Fragment key={key}><dt>{field.title ?? key}</dt><dd>{field.description}</dd></Fragment>)}</dl>
      {type.examples.length > 0 && <h4>{t('help.examples')}</h4>}
      {type.examples.map((example, index) => (
        <details key={index}><summary>{example.title}</summary>
          <pre dir="ltr">{JSON.stringify({ [t('help.config')]: example.config, in: example.message, out: example.expect }, null, 2)}</pre>
        </details>
      ))}
    </div>
  );
}

/** A paragraph or a list, with `code` and **strong** in it. */
function Part({ text }: { text: string }) {
  const lines = text.split('\n');
  if (lines.every((line) => /^\s*[-*] /.test(line) || /^\s{2,}/.test(line)) && /^\s*[-*] /.test(lines[0]!)) {
    const items = text.split(/^\s*[-*] /m).filter(Boolean);
    return <ul>{items.map((item, index) => <li key={index}>{inline(item)}</li>)}</ul>;
  }
  return <p>{inline(text.replace(/\n/g, ' '))}</p>;
}

function inline(text: string): ReactNode[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, index) => {
    if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>;
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
    return part;
  });
}
