/** What a new converter begins with: a script that works, and a payload that it understands. */
import type { ContentType } from './payload';

export type Direction = 'uplink' | 'downlink';

export interface Template {
  script: string;
  sample: string;
}

const JSON_UP = `# payload: the bytes that the device sent; metadata: texts by name
data = json_decode(payload)
return {
    "deviceName": data["device"],
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": data["temp"],
        "humidity": data["hum"],
    },
}
`;

const TEXT_UP = `# "Thermostat-1;21.5;42" becomes a device with two values
parts = text_decode(payload).strip().split(";")
return {
    "deviceName": parts[0],
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": float(parts[1]),
        "humidity": float(parts[2]),
    },
}
`;

const BINARY_UP = `# Two bytes number, two bytes temperature in tenths, one byte humidity
return {
    "deviceName": "Thermostat-" + str(read_int(payload, 0, 2)),
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": read_int(payload, 2, 2, signed=True) / 10,
        "humidity": read_int(payload, 4, 1),
    },
}
`;

const DOWN = `# msg: what changed, such as {"firmware": "1.2"}
return {
    "contentType": "JSON",
    "data": json_encode(msg),
    "metadata": {},
}
`;

const UP: Record<ContentType, Template> = {
  JSON: { script: JSON_UP, sample: '{\n  "device": "Thermostat-1",\n  "temp": 21.5,\n  "hum": 42\n}' },
  TEXT: { script: TEXT_UP, sample: 'Thermostat-1;21.5;42' },
  BINARY: { script: BINARY_UP, sample: '00 01 00 d7 2a' },
};

const MESSAGE = { msgType: 'ATTRIBUTES_UPDATED', msg: { firmware: '1.2' }, metadata: { deviceName: 'Thermostat-1', deviceType: 'thermostat', scope: 'SHARED_SCOPE' }, integrationMetadata: { integrationName: 'Thermostats' } };

export const template = (direction: Direction, type: ContentType): Template => (direction === 'uplink' ? UP[type] : { script: DOWN, sample: JSON.stringify(MESSAGE, null, 2) });

/** What comes with a payload of that kind in a real request. */
export const UPLINK_METADATA = { 'Header:content-type': 'application/json', integrationName: 'Thermostats' };

/** Whether a script is as it came: it may be replaced by another template without loss. */
export const isUntouched = (script: string): boolean => !script.trim() || [...Object.values(UP).map((item) => item.script), DOWN].includes(script);
