import type { enEditor } from './en-editor';

export const deEditor: typeof enEditor = {
  'trace': 'Spur', 'trace.list': 'Spuren', 'trace.search': 'Gerät oder Text…', 'trace.errors': 'Nur fehlgeschlagene', 'trace.slowest': 'Langsamste zuerst', 'trace.more': 'Nach Knoten und Beziehung',
  'trace.node': 'Knoten', 'trace.anyNode': 'Jeder Knoten', 'trace.anyRelation': 'Jede Beziehung', 'trace.none': 'Noch keine Nachricht wurde verfolgt.', 'trace.noneFound': 'Keine Spur ist so.', 'trace.nobody': 'Niemand',
  'trace.hint': 'Wähle eine Nachricht, um ihr Schritt für Schritt zu folgen. Ab und zu wird eine verfolgt, Fehler immer.', 'trace.next': 'Nächste Nachricht verfolgen', 'trace.nextOfChain': 'Nächste Nachricht verfolgen', 'trace.waiting': 'Warte auf die nächste Nachricht bei „{name}“…',
  'trace.hops': 'Schritte der Nachricht', 'trace.steps': 'Schritte', 'trace.slider': 'Schritt', 'trace.back': 'Schritt zurück', 'trace.forward': 'Schritt vor', 'trace.ends': 'endet', 'trace.enters': 'geht in die Kette', 'trace.openChain': 'Öffnen', 'trace.failed': 'fehlgeschlagen',
  'trace.taken': 'genommen:', 'trace.untaken': 'nicht genommen', 'trace.nothing': 'Nichts hat diesen Knoten verlassen.', 'trace.message': '{type} von {name}', 'trace.messages': 'Nachrichten, die diesen Knoten verließen', 'trace.running': 'Diese Nachricht ist noch unterwegs.',
  'trace.dropped.one': '{n} weiterer Schritt ist nicht aufbewahrt', 'trace.dropped.other': '{n} weitere Schritte sind nicht aufbewahrt', 'trace.gone': 'Diese Nachricht wurde nicht verfolgt, oder ihre Spur ist nicht mehr da.', 'trace.this': 'Diese Nachricht verfolgen',
  'trace.watch': '{path} beobachten', 'trace.unwatch': '{path} nicht mehr beobachten', 'trace.watched': 'Beobachtete Felder', 'trace.said': 'Schritt {at} von {of}: {name}, {relation}', 'trace.number': 'Schritt {n}', 'trace.why': 'Fehlgeschlagen: {reason}',
  'group.fold': 'Gruppe zuklappen oder aufklappen', 'group.collapse': '{name} zuklappen', 'group.unfold': '{name} aufklappen', 'group.nodes.one': '{n} Knoten', 'group.nodes.other': '{n} Knoten', 'group.spoken': 'Gruppe {name}, {n}', 'said.collapsed': '{name} ist zugeklappt', 'said.unfolded': '{name} ist aufgeklappt',
  'inner.rate': '{rate}/s im Innern', 'inner.bad': '{rate}/s im Innern, {failures} Fehler/s', 'debug.left': '{n} min',
  'keys.all': 'Alles auswählen', 'keys.connect': 'Knoten verbinden', 'keys.edges': 'Verbindungen des Knotens', 'keys.open': 'Knoten öffnen', 'keys.help': 'Hilfe zum Knoten', 'keys.run': 'Test ausführen', 'keys.heal': 'Löschen und Lücke schließen',
  'keys.move': 'Verschieben, mit Umschalt weiter', 'keys.walk': 'Den Verbindungen entlanggehen', 'keys.close': 'Das Oberste schließen', 'keys.full': 'Auf 100 % zoomen', 'keys.zoom': 'Vergrößern oder verkleinern',
  'align.left': 'Links ausrichten', 'align.top': 'Oben ausrichten', 'align.middle': 'Mittig ausrichten', 'align.columns': 'Von links nach rechts verteilen', 'align.rows': 'Von oben nach unten verteilen',
  'cat.favourites': 'Favoriten', 'palette.like': '{name} oben behalten', 'palette.unlike': '{name} nicht mehr oben behalten',
  'deploy.warned': 'Es gibt Warnungen', 'deploy.warned.text': 'Die Kette kann laufen. Nach jeder davon wirst du einmal gefragt.', 'deploy.anyway': 'Trotzdem ausrollen',
};
