/** Names of node types in German; those that are not here keep the server's name. */
export const deTypes: Record<string, string> = {
  'type.check-fields': 'Felder prüfen', 'type.entity-type': 'Nach Art der Quelle', 'type.message-type-filter': 'Nachrichtentyp filtern', 'type.message-type-switch': 'Nach Nachrichtentyp', 'type.script-filter': 'Skriptfilter', 'type.switch': 'Weiche',
  'type.originator-attributes': 'Attribute der Quelle', 'type.originator-fields': 'Felder der Quelle', 'type.originator-telemetry': 'Telemetrie der Quelle',
  'type.converter': 'Konverter', 'type.copy-keys': 'Schlüssel kopieren', 'type.delete-keys': 'Schlüssel löschen', 'type.rename-keys': 'Schlüssel umbenennen', 'type.split-array': 'Liste aufteilen', 'type.transform-script': 'Umwandlungsskript',
  'type.delete-attributes': 'Attribute löschen', 'type.generator': 'Generator', 'type.integration-downlink': 'Downlink über Integration', 'type.log': 'Protokoll', 'type.save-attributes': 'Attribute speichern', 'type.save-telemetry': 'Telemetrie speichern',
  'type.rest-call': 'REST-Aufruf', 'type.output': 'Ausgang', 'type.rule-chain': 'Regelkette',

  // The form of integrations over HTTP.
  'http.replaceNoContentToOk': '200 OK statt 204 antworten', 'http.replaceNoContentToOk.hint': 'Für Geräte, die 204 für einen Fehler halten', 'http.downlinkMode': 'Wartende Downlinks', 'http.downlinkMode.hint': 'Der neueste ersetzt die vor ihm, oder alle warten der Reihe nach', 'http.downlinkMode.latest': 'Den neuesten', 'http.downlinkMode.fifo': 'Alle',
  'http.allDownlinks': 'Alle Downlinks auf einmal', 'http.allDownlinks.hint': 'Antwortet mit allen wartenden Downlinks als JSON-Array', 'http.downlinkTtlMs': 'Ein Downlink wartet', 'http.downlinkTtlMs.hint': 'Wie lange ein Downlink auf das Gerät wartet', 'http.deadlineMs': 'Ein Gerät wartet', 'http.deadlineMs.hint': 'Längste Zeit, die ein Gerät auf seine Antwort wartet',
  'http.atomic': 'Alles oder nichts', 'http.atomic.hint': 'Ein unbekanntes Gerät beendet den ganzen Uplink', 'http.rateLimit': 'Höchstrate', 'http.rateLimit.hint': 'Anzahl:Sekunden, etwa 50:1', 'http.deviceRateLimit': 'Höchstrate je Gerät', 'http.deviceRateLimit.hint': 'Anzahl:Sekunden, etwa 5:1', 'http.metadata': 'Metadaten', 'http.metadata.hint': 'Bekommen die Konverter mit jeder Nachricht',
};
