/** Names of node types in German; those that are not here keep the server's name. */
export const deTypes: Record<string, string> = {
  'type.check-fields': 'Felder prüfen', 'type.entity-type': 'Nach Art der Quelle', 'type.message-type-filter': 'Nachrichtentyp filtern', 'type.message-type-switch': 'Nach Nachrichtentyp', 'type.script-filter': 'Skriptfilter', 'type.switch': 'Weiche',
  'type.originator-attributes': 'Attribute der Quelle', 'type.originator-fields': 'Felder der Quelle', 'type.originator-telemetry': 'Telemetrie der Quelle',
  'type.converter': 'Konverter', 'type.copy-keys': 'Schlüssel kopieren', 'type.delete-keys': 'Schlüssel löschen', 'type.rename-keys': 'Schlüssel umbenennen', 'type.split-array': 'Liste aufteilen', 'type.transform-script': 'Umwandlungsskript',
  'type.delete-attributes': 'Attribute löschen', 'type.generator': 'Generator', 'type.integration-downlink': 'Downlink über Integration', 'type.log': 'Protokoll', 'type.save-attributes': 'Attribute speichern', 'type.save-telemetry': 'Telemetrie speichern',
  'type.rest-call': 'REST-Aufruf', 'type.output': 'Ausgang', 'type.rule-chain': 'Regelkette',
};
