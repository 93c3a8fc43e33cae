// OpenAPI b24029fa1cf1aa4900511b9ec123820f07844c1762d00bd7a55c8441740a592b
// Made from /manage/openapi.json by `make editor-types`. Do not edit.

export interface paths {
    "/manage/converters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The converters. */
        get: operations["listConverters"];
        put?: never;
        /** Keep a new converter; its script must compile. */
        post: operations["createConverter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/converters/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a converter's script once, as the test dialog does; nothing is kept or sent. */
        post: operations["testConverter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/converters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One converter. */
        get: operations["getConverter"];
        /** Change a converter; the next message is converted by the new script. Its direction stays. */
        put: operations["replaceConverter"];
        post?: never;
        /** Delete a converter that no integration uses. */
        delete: operations["deleteConverter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/converters/{id}/debug": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep everything that goes in and out as events for some minutes. */
        post: operations["debugConverter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dead letters, newest first. */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/dead-letters/resubmit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send those that are here now again, the oldest first. */
        post: operations["resubmitDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dead letter. */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /** Throw a dead letter away. */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/dead-letters/{id}/resubmit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send it again from the node that failed, in the chain as it is now; 204 when it is queued durably. */
        post: operations["resubmitDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The devices; `q` is looked for in their names. */
        get: operations["listDevices"];
        put?: never;
        /** A new device; the root chain hears of it as ENTITY_CREATED. */
        post: operations["createDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One device. */
        get: operations["getDevice"];
        /** Change label and type; the root chain hears of it as ENTITY_UPDATED. */
        put: operations["changeDevice"];
        post?: never;
        /** Delete a device with its attributes, telemetry and downlinks. */
        delete: operations["deleteDevice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/attributes/{scope}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The attributes of one scope: all, or those of `keys`. */
        get: operations["getAttributes"];
        put?: never;
        /** Set attributes; the root chain gets them as ATTRIBUTES_UPDATED, so that they can become a downlink. */
        post: operations["saveAttributes"];
        /** Delete the attributes of `keys`; the root chain hears of it as ATTRIBUTES_DELETED. */
        delete: operations["deleteAttributes"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The access token of a device. */
        get: operations["getDeviceCredentials"];
        put?: never;
        /** Give a device another access token; the old one ends at once. */
        post: operations["renewDeviceCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/downlinks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The downlinks of a device, those that wait among them, newest first. */
        get: operations["listDownlinks"];
        put?: never;
        post?: never;
        /** Take back everything that waits for a device. */
        delete: operations["cancelDownlinks"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/downlinks/{downlink}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One downlink. */
        get: operations["getDownlink"];
        put?: never;
        post?: never;
        /** Take back a downlink that waits; 409 when it is on its way or does not wait any more. */
        delete: operations["cancelDownlink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The events of one device, newest first. */
        get: operations["listDeviceEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/telemetry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Values of a range of time, or one aggregated value for each interval (at most 700). */
        get: operations["getTelemetry"];
        put?: never;
        post?: never;
        /** Delete values of these keys. */
        delete: operations["deleteTelemetry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/devices/{id}/telemetry/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest value of each key: all, or those of `keys`. */
        get: operations["getLatestTelemetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The events of all sources, newest first. */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the parts are; the answer comes even when the store does not. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integration-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of integrations with the form of each. */
        get: operations["listIntegrationTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The integrations. */
        get: operations["listIntegrations"];
        put?: never;
        /** Open a new door; without a `routingKey` it gets one that nobody can guess. */
        post: operations["createIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One integration. The values of its security headers are secrets: they are never shown. */
        get: operations["getIntegration"];
        /** Change an integration, in force at once; a header value of `***` stays what it was. */
        put: operations["replaceIntegration"];
        post?: never;
        /** Close a door for good; its devices stay. */
        delete: operations["deleteIntegration"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations/{id}/debug": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep everything that comes in and goes out as events for some minutes. */
        post: operations["debugIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer devices with 503. */
        post: operations["disableIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take messages. */
        post: operations["enableIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/integrations/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rule chains whose nodes name the integration: what a person breaks who deletes it. */
        get: operations["getIntegrationUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cards of all node types, in the language that Accept-Language prefers (English if none of ours).
         * @description They change only with the program.
         */
        get: operations["listNodeTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/nodes/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give one node a message and see what comes out; 400 when its configuration is wrong. */
        post: operations["testNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The notifications, newest first. */
        get: operations["listNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark these as read, or all. */
        post: operations["readNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/notifications/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The number on the bell. */
        get: operations["countUnreadNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chain-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chains to begin with. */
        get: operations["listRuleChainTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rule chains, without their documents. */
        get: operations["listRuleChains"];
        put?: never;
        /** A new chain: a document, nothing (an empty chain), or a `template` and perhaps a `name`. */
        post: operations["createRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest version of a chain, which need not be the one that runs. */
        get: operations["getRuleChain"];
        /** Save a draft as a new version, even with errors; it runs when it is activated. */
        put: operations["replaceRuleChain"];
        post?: never;
        /** Delete a chain that is not the root chain and that nothing uses; it stops running. */
        delete: operations["deleteRuleChain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a version from the next message on; 422 with all errors when it cannot run. */
        post: operations["activateRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/debug": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trace every message of a chain for some minutes. */
        post: operations["debugRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/nodes/{node}/debug": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep In and Out of one node as events for some minutes. */
        post: operations["debugRuleNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/nodes/{node}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trace messages until one has come to this node, for some minutes at most. */
        post: operations["traceRuleNode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counters of every node and arrow since this version runs; the difference of two answers is a rate. */
        get: operations["getRuleChainRates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/root": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let this chain take all messages that no other chain is named for; it must be active. */
        post: operations["makeRootRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message through a chain with effects off; 422 when the chain has errors. */
        post: operations["runRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything that is wrong or doubtful in a document, or (without nodes in the body) in the stored one. */
        post: operations["validateRuleChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions of a chain, newest first. */
        get: operations["listRuleChainVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/rule-chains/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A chain as it was saved once. */
        get: operations["getRuleChainVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/scripts/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything that is wrong with a script, each with line and column. */
        post: operations["checkScript"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/scripts/languages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The functions that scripts can call, for completion and help. */
        get: operations["listScriptLanguages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All settings with their values and sources; passwords are hidden. */
        get: operations["listSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/stats/first-steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which first steps have been taken. */
        get: operations["getFirstSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/stats/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of the whole at a glance. */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/stats/slowest-nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The slowest nodes of the newest traces; samples, so the figures are rough. */
        get: operations["getSlowestNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest traces: samples, failures, and those of chains that are watched. */
        get: operations["listTraces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/manage/traces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One trace with its hops. */
        get: operations["getTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ActivateBody
         * @description Which version is to run; the newest by default.
         */
        ActivateBody: {
            /** @default null */
            version: number | null;
        };
        /**
         * AttributeValues
         * @description Keys with their new values.
         */
        AttributeValues: {
            [key: string]: unknown;
        };
        /**
         * AttributeViews
         * @description Attributes by key.
         */
        AttributeViews: {
            [key: string]: components["schemas"]["StampedView"];
        };
        /**
         * CancelledCount
         * @description How many were taken back.
         */
        CancelledCount: {
            cancelled: number;
        };
        /**
         * ChainBody
         * @description A chain document. What only the server says (the last fields) may stand in it and is not looked at.
         */
        ChainBody: {
            /** @default  */
            id: string;
            /** @default  */
            name: string;
            /** @default 0 */
            version: number;
            /** @default null */
            entry: string | null;
            nodes?: components["schemas"]["NodeSpec"][];
            edges?: components["schemas"]["EdgeSpec"][];
            groups?: {
                [key: string]: unknown;
            }[];
            notes?: {
                [key: string]: unknown;
            }[];
            scenarios?: {
                [key: string]: unknown;
            }[];
            /**
             * @description What this version is about
             * @default
             */
            note: string;
            /**
             * @description For a new chain: the template to begin with
             * @default null
             */
            template: string | null;
            /** @default null */
            root: unknown;
            /** @default null */
            activeVersion: unknown;
            /** @default null */
            createdTs: unknown;
            /** @default null */
            updatedTs: unknown;
            /** @default null */
            problems: unknown;
        };
        /**
         * ChainCounts
         * @description The counters of the version that runs; `version` 0: none does.
         */
        ChainCounts: {
            /** @description Epoch milliseconds */
            ts: number;
            version: number;
            /** @description Until when every message is traced; 0: not */
            watchedUntil: number;
            nodes: {
                [key: string]: components["schemas"]["NodeCount"];
            };
            edges: components["schemas"]["EdgeCount"][];
        };
        /**
         * ChainList
         * @description Rule chains, page by page.
         */
        ChainList: {
            items: components["schemas"]["ChainSummary"][];
            next: string | null;
        };
        /**
         * ChainRun
         * @description A message for a chain: for `document`, or for a stored `version` (the newest by default).
         */
        ChainRun: {
            /**
             * @default {
             *       "type": "POST_TELEMETRY_REQUEST",
             *       "data": {},
             *       "metadata": {},
             *       "originator": {
             *         "id": "device-1",
             *         "kind": "DEVICE",
             *         "label": "",
             *         "name": "Thermostat 1",
             *         "type": "thermostat"
             *       },
             *       "ts": null
             *     }
             */
            message: components["schemas"]["MessageBody"];
            /**
             * @default {
             *       "attributes": {},
             *       "telemetry": {},
             *       "http": [],
             *       "now": null
             *     }
             */
            given: components["schemas"]["GivenBody"];
            /** @default null */
            document: components["schemas"]["ChainBody"] | null;
            /** @default null */
            version: number | null;
            /**
             * @description Where to begin; the entry by default
             * @default null
             */
            node: string | null;
        };
        /**
         * ChainSummary
         * @description A chain for a list; `failed` and `seen` count what its nodes did since this version runs.
         */
        ChainSummary: {
            id: string;
            name: string;
            root: boolean;
            version: number;
            activeVersion: number;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            updatedTs: number;
            nodes: number;
            edges: number;
            /** @description Messages that came in */
            seen: number;
            /** @description Failures of its nodes */
            failed: number;
        };
        /**
         * ChainView
         * @description A chain document with its state; `activeVersion` 0: no version runs.
         */
        ChainView: {
            /** @default  */
            id: string;
            /** @default  */
            name: string;
            /** @default 0 */
            version: number;
            /** @default null */
            entry: string | null;
            nodes?: components["schemas"]["NodeSpec"][];
            edges?: components["schemas"]["EdgeSpec"][];
            groups?: {
                [key: string]: unknown;
            }[];
            notes?: {
                [key: string]: unknown;
            }[];
            scenarios?: {
                [key: string]: unknown;
            }[];
            root: boolean;
            activeVersion: number;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            updatedTs: number;
            note: string;
        };
        /**
         * ConverterBody
         * @description A converter as it is written; without a script it passes JSON through.
         */
        ConverterBody: {
            name: string;
            /** @enum {string} */
            direction: "uplink" | "downlink";
            /**
             * @default python
             * @enum {string}
             */
            language: "python";
            /**
             * @description The body of the function
             * @default
             */
            script: string;
            /**
             * @description Left out: as they were
             * @default null
             */
            samples: components["schemas"]["SamplePayload"][] | null;
        };
        /**
         * ConverterList
         * @description Converters, page by page.
         */
        ConverterList: {
            items: components["schemas"]["ConverterView"][];
            next: string | null;
        };
        /**
         * ConverterTest
         * @description A script with what it is to convert: `payload` for an uplink; `msg`, `msgType` and so on for a downlink.
         */
        ConverterTest: {
            /** @enum {string} */
            direction: "uplink" | "downlink";
            /**
             * @default python
             * @enum {string}
             */
            language: "python";
            /** @description The body of the function */
            script: string;
            /**
             * @description Base64
             * @default
             */
            payload: string;
            /** @default {} */
            metadata: {
                [key: string]: string;
            };
            /** @default null */
            msg: unknown;
            /** @default POST_TELEMETRY_REQUEST */
            msgType: string;
            /** @default {} */
            integrationMetadata: {
                [key: string]: string;
            };
        };
        /**
         * ConverterTestResult
         * @description What came out, or `error`; `readings` (up) or `payloads` (down) is how it would be understood.
         */
        ConverterTestResult: {
            /** @default null */
            output: unknown;
            /** @default [] */
            log: string[];
            /** @default 0 */
            elapsedUs: number;
            /** @default null */
            error: components["schemas"]["ScriptFailure"] | null;
            /** @default [] */
            readings: components["schemas"]["ReadingView"][];
            /** @default [] */
            payloads: components["schemas"]["PayloadView"][];
        };
        /**
         * ConverterView
         * @description A converter as it stands.
         */
        ConverterView: {
            id: string;
            name: string;
            /** @enum {string} */
            direction: "uplink" | "downlink";
            language: string;
            script: string;
            samples: components["schemas"]["SamplePayload"][];
            version: number;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            updatedTs: number;
            /** @description Until when In and Out are kept as events; 0: not */
            debugUntil: number;
            /** @description Names of the integrations that use it */
            usedBy: string[];
        };
        /**
         * Credentials
         * @description The access token with which a device calls `/api/v1/{token}/...`.
         */
        Credentials: {
            token: string;
        };
        /**
         * CredentialsBody
         * @description A token of one's own choice; without one the server makes it.
         */
        CredentialsBody: {
            /** @default null */
            token: string | null;
        };
        /**
         * DeadLetterList
         * @description Dead letters, newest first.
         */
        DeadLetterList: {
            items: components["schemas"]["DeadLetterView"][];
            next: string | null;
        };
        /**
         * DeadLetterView
         * @description A message with the place and the reason of its failure; null stands for the root chain and its entry.
         */
        DeadLetterView: {
            id: string;
            message: components["schemas"]["MessageView"];
            chain: string | null;
            node: string | null;
            nodeName: string;
            error: string;
            traceId: string;
            attempts: number;
            /** @description Epoch milliseconds */
            createdTs: number;
        };
        /**
         * DebugRequest
         * @description For how long everything is to be kept for looking at; 0 ends it.
         */
        DebugRequest: {
            /** @default 15 */
            minutes: number;
        };
        /**
         * DebugState
         * @description Until when everything is kept; 0: it is not.
         */
        DebugState: {
            /** @description Epoch milliseconds */
            until: number;
        };
        /**
         * DeletedCount
         * @description How many there were.
         */
        DeletedCount: {
            deleted: number;
        };
        /**
         * DeletedKeys
         * @description The keys that were there and are gone.
         */
        DeletedKeys: {
            deleted: string[];
        };
        /**
         * DeviceBody
         * @description A new device.
         */
        DeviceBody: {
            name: string;
            /** @default default */
            type: string;
            /** @default  */
            label: string;
        };
        /**
         * DeviceChange
         * @description What can change of a device; what is left out stays.
         */
        DeviceChange: {
            /**
             * @description The name it has; it cannot change
             * @default null
             */
            name: string | null;
            /** @default null */
            type: string | null;
            /** @default null */
            label: string | null;
        };
        /**
         * DeviceList
         * @description Devices, page by page.
         */
        DeviceList: {
            items: components["schemas"]["DeviceView"][];
            next: string | null;
        };
        /**
         * DeviceView
         * @description A device; `lastActivityTs` is 0 when it was never heard of.
         */
        DeviceView: {
            id: string;
            name: string;
            type: string;
            label: string;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            lastActivityTs: number;
        };
        /**
         * DoorHealth
         * @description A door for devices.
         */
        DoorHealth: {
            bind: string;
            tls: boolean;
            /** @description Open connections, where the door counts them */
            connections: number | null;
        };
        /**
         * DownlinkList
         * @description Downlinks, newest first.
         */
        DownlinkList: {
            items: components["schemas"]["DownlinkView"][];
            next: string | null;
        };
        /**
         * DownlinkView
         * @description A message for a device; `payload` is text, or base64 when `encoding` says so.
         */
        DownlinkView: {
            id: string;
            /** @enum {string} */
            state: "queued" | "delivered" | "expired" | "cancelled" | "replaced";
            integrationId: string;
            payload: string;
            /** @enum {string} */
            encoding: "text" | "base64";
            contentType: string;
            /** @description HTTP status of the answer that carries it; 0: the usual 200 */
            status: number;
            headers: {
                [key: string]: string;
            };
            messageId: string;
            traceId: string;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            expiresTs: number;
            /** @description When it left the queue, epoch milliseconds */
            doneTs: number | null;
            attempts: number;
        };
        /**
         * EdgeCount
         * @description How many messages left a node along a relation; names of relations compare without case.
         */
        EdgeCount: {
            node: string;
            relation: string;
            count: number;
        };
        /**
         * EdgeSpec
         * @description One arrow: what leaves `from` along `relation` goes to `to`.
         */
        EdgeSpec: {
            id: string;
            from: string;
            to: string;
            relation: string;
        };
        /**
         * EmitView
         * @description A message that came out, and along which relation (`enter <chain>` for a message into another chain).
         */
        EmitView: {
            relation: string;
            message: components["schemas"]["MessageView"];
        };
        /**
         * EntityView
         * @description What a message is about.
         */
        EntityView: {
            id: string;
            kind: string;
            name: string;
        };
        /**
         * EventList
         * @description Events, newest first; `capped` says how many of each source this hour dropped, where it did.
         */
        EventList: {
            items: components["schemas"]["EventView"][];
            next: string | null;
            capped: {
                [key: string]: number;
            };
        };
        /**
         * EventView
         * @description What happened, with what came in or out.
         */
        EventView: {
            id: string;
            /** @description Epoch milliseconds */
            ts: number;
            /** @enum {string} */
            source: "integration" | "converter" | "node" | "device" | "system";
            entityId: string;
            entityName: string;
            /** @enum {string} */
            level: "info" | "error";
            kind: string;
            text: string;
            payload: string;
            metadata: {
                [key: string]: string;
            };
            messageId: string;
            traceId: string;
            chain: string;
        };
        /**
         * FailureView
         * @description A failure that no arrow handled.
         */
        FailureView: {
            node: string;
            name: string;
            reason: string;
        };
        /**
         * FirstSteps
         * @description What has been done with this installation.
         */
        FirstSteps: {
            integration: boolean;
            /** @description A device has sent something */
            message: boolean;
            device: boolean;
            /** @description Somebody deployed a chain */
            chain: boolean;
            /** @description Something that waited for a device has reached it */
            downlink: boolean;
        };
        /**
         * FunctionHelp
         * @description A function that scripts can call.
         */
        FunctionHelp: {
            name: string;
            signature: string;
            doc: string;
        };
        /**
         * GivenBody
         * @description The world before: attributes by scope and key, telemetry as `{key: [[ts, value], ...]}`, answers to calls.
         */
        GivenBody: {
            /** @default {} */
            attributes: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** @default {} */
            telemetry: {
                [key: string]: unknown[][];
            };
            /** @default [] */
            http: components["schemas"]["HttpBody"][];
            /** @default null */
            now: number | null;
        };
        /**
         * Health
         * @description How the parts are at this moment.
         */
        Health: {
            ok: boolean;
            /** @description Epoch milliseconds */
            ts: number;
            uptimeS: number;
            version: string;
            python: string;
            platform: string;
            store: components["schemas"]["StoreHealth"];
            doors: components["schemas"]["DoorHealth"][];
            exchangesOpen: number;
            queueDepth: number;
            /** @description Messages of the queue that are in memory */
            queueHeld: number;
            deadLetters: number;
            /** @description Chains that run */
            chains: number;
        };
        /**
         * HopView
         * @description One step: what came in, what left along which relation, how long it took, what went wrong.
         */
        HopView: {
            chain: string;
            node: string;
            name: string;
            /** @description null where a message began */
            from: components["schemas"]["OriginView"] | null;
            /** @description The first of `out` */
            relation: string | null;
            in: components["schemas"]["MessageView"];
            out: components["schemas"]["SentView"][];
            elapsedUs: number;
            error: string | null;
        };
        /**
         * HttpBody
         * @description What an outside server would answer.
         */
        HttpBody: {
            /** @default 200 */
            status: number;
            /** @default {} */
            headers: {
                [key: string]: string;
            };
            /** @default  */
            body: unknown;
        };
        /**
         * IntegrationBody
         * @description An integration as it is written. Without an uplink converter it takes device messages as JSON.
         */
        IntegrationBody: {
            /**
             * Answer 200 OK instead of 204
             * @description For devices that take 204 for a failure
             * @default false
             */
            replaceNoContentToOk: boolean;
            /**
             * Downlinks that wait
             * @description The latest replaces those before it, or all wait in their order
             * @default latest
             * @enum {string}
             */
            downlinkMode: "latest" | "fifo";
            /**
             * All downlinks at once
             * @description Answer with all waiting downlinks, as a JSON array
             * @default false
             */
            allDownlinks: boolean;
            /**
             * A downlink waits
             * @description How long a downlink waits
             * @default 86400000
             */
            downlinkTtlMs: number;
            /**
             * A device waits
             * @description Longest wait of a device for its answer
             * @default 10000
             */
            deadlineMs: number;
            /**
             * All or nothing
             * @description An unknown device ends the whole uplink
             * @default false
             */
            atomic: boolean;
            /**
             * Rate limit
             * @description `capacity:seconds,...`, such as 50:1
             * @default
             */
            rateLimit: string;
            /**
             * Rate limit of each device
             * @description `capacity:seconds,...`, such as 50:1
             * @default
             */
            deviceRateLimit: string;
            /**
             * Metadata
             * @description Given to the converters with every message
             * @default {}
             */
            metadata: {
                [key: string]: string;
            };
            name: string;
            /**
             * @default http
             * @constant
             */
            type: "http";
            /** @default true */
            enabled: boolean;
            /** @default null */
            routingKey: string | null;
            /** @default true */
            allowCreateDevicesOrAssets: boolean;
            /** @default null */
            uplinkConverterId: string | null;
            /** @default null */
            downlinkConverterId: string | null;
            /**
             * @description The chain it feeds; the root chain by default
             * @default null
             */
            ruleChainId: string | null;
            /**
             * @default {
             *       "headers": {}
             *     }
             */
            security: components["schemas"]["Security"];
        };
        /**
         * IntegrationList
         * @description Integrations, page by page.
         */
        IntegrationList: {
            items: components["schemas"]["IntegrationView"][];
            next: string | null;
        };
        /**
         * IntegrationType
         * @description A kind of integration; `schema` is the JSON schema of what a person may set beyond links and security.
         */
        IntegrationType: {
            /** @constant */
            type: "http";
            name: string;
            icon: string;
            description: string;
            /** @description What stands before the routing key in the URL for devices */
            endpointBase: string;
            /** @description The same at the data listener; empty without one */
            dataEndpointBase: string;
            schema: {
                [key: string]: unknown;
            };
        };
        /**
         * IntegrationTypeList
         * @description All kinds of integrations.
         */
        IntegrationTypeList: {
            items: components["schemas"]["IntegrationType"][];
            /** @default null */
            next: null;
        };
        /**
         * IntegrationView
         * @description An integration as it stands, with the URL for its devices; header values are hidden.
         */
        IntegrationView: {
            enabled: boolean;
            /** @description Requests since the server started */
            uplinks: number;
            failures: number;
            downlinks: number;
            uplinksPerMinute: number;
            failuresPerMinute: number;
            downlinksPerMinute: number;
            replaceNoContentToOk: boolean;
            deadlineMs: number;
            /** @enum {string} */
            downlinkMode: "latest" | "fifo";
            allDownlinks: boolean;
            downlinkTtlMs: number;
            atomic: boolean;
            rateLimit: string;
            deviceRateLimit: string;
            id: string;
            name: string;
            /** @constant */
            type: "http";
            routingKey: string;
            endpointUrl: string;
            /** @description The same at the data listener; empty without one */
            dataEndpointUrl: string;
            /** @description A command line that sends a first message */
            curl: string;
            allowCreateDevicesOrAssets: boolean;
            uplinkConverterId: string | null;
            downlinkConverterId: string | null;
            ruleChainId: string | null;
            security: components["schemas"]["Security"];
            metadata: {
                [key: string]: string;
            };
            version: number;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            updatedTs: number;
            /** @description Until when In and Out are kept as events; 0: not */
            debugUntil: number;
        };
        /**
         * LanguageHelp
         * @description A language and its functions.
         */
        LanguageHelp: {
            name: string;
            functions: components["schemas"]["FunctionHelp"][];
        };
        /**
         * LanguageList
         * @description The languages that scripts are written in.
         */
        LanguageList: {
            items: components["schemas"]["LanguageHelp"][];
            /** @default null */
            next: null;
        };
        /**
         * MessageBody
         * @description A message to try something with.
         */
        MessageBody: {
            /** @default POST_TELEMETRY_REQUEST */
            type: string;
            data?: unknown;
            /** @default {} */
            metadata: {
                [key: string]: string;
            };
            /**
             * @default {
             *       "kind": "DEVICE",
             *       "id": "device-1",
             *       "name": "Thermostat 1",
             *       "type": "thermostat",
             *       "label": ""
             *     }
             */
            originator: components["schemas"]["OriginatorBody"];
            /** @default null */
            ts: number | null;
        };
        /**
         * MessageView
         * @description A message as it was at one moment.
         */
        MessageView: {
            id: string;
            parent: string | null;
            type: string;
            originator: components["schemas"]["EntityView"];
            data: unknown;
            metadata: {
                [key: string]: string;
            };
            /** @description Epoch milliseconds */
            ts: number;
        };
        /**
         * Named
         * @description Something by its name.
         */
        Named: {
            id: string;
            name: string;
        };
        /**
         * NodeCount
         * @description What a node did since this version runs.
         */
        NodeCount: {
            seen: number;
            failed: number;
            /** @description Until when its In and Out are kept as events; 0: not, 1: always */
            debugUntil: number;
        };
        /**
         * NodeExample
         * @description One row of a node's behaviour.
         */
        NodeExample: {
            title: string;
            config: {
                [key: string]: unknown;
            };
            message: {
                [key: string]: unknown;
            };
            given: {
                [key: string]: unknown;
            };
            expect: {
                [key: string]: unknown;
            }[];
            effects: unknown[][] | null;
        };
        /**
         * NodeResult
         * @description How a rehearsal of one node went; `emits` is what came out of it.
         */
        NodeResult: {
            trace: components["schemas"]["TraceView"] | null;
            effects: unknown[][];
            failures: components["schemas"]["FailureView"][];
            elapsedUs: number;
            emits: components["schemas"]["EmitView"][];
            error: string | null;
        };
        /**
         * NodeSpec
         * @description One node as it stands in the document; `debug` is true, or the epoch ms until which it is traced.
         */
        NodeSpec: {
            id: string;
            type: string;
            /** @default  */
            name: string;
            /** @default 0 */
            x: number;
            /** @default 0 */
            y: number;
            config?: {
                [key: string]: unknown;
            };
            /** @default false */
            debug: boolean | number;
            /** @default false */
            disabled: boolean;
        };
        /**
         * NodeTest
         * @description A node with its configuration and the message it gets.
         */
        NodeTest: {
            type: string;
            /** @default {} */
            config: {
                [key: string]: unknown;
            };
            /**
             * @default {
             *       "type": "POST_TELEMETRY_REQUEST",
             *       "data": {},
             *       "metadata": {},
             *       "originator": {
             *         "id": "device-1",
             *         "kind": "DEVICE",
             *         "label": "",
             *         "name": "Thermostat 1",
             *         "type": "thermostat"
             *       },
             *       "ts": null
             *     }
             */
            message: components["schemas"]["MessageBody"];
            /**
             * @default {
             *       "attributes": {},
             *       "telemetry": {},
             *       "http": [],
             *       "now": null
             *     }
             */
            given: components["schemas"]["GivenBody"];
        };
        /**
         * NodeType
         * @description A node for palette, form and help; `schema` is the JSON schema of its configuration.
         */
        NodeType: {
            type: string;
            category: string;
            icon: string;
            name: string;
            description: string;
            help: string;
            relations: string[];
            customRelations: boolean;
            /** @description Makes messages by itself; no arrow leads to it */
            source: boolean;
            thingsboard: string;
            version: number;
            schema: {
                [key: string]: unknown;
            };
            examples: components["schemas"]["NodeExample"][];
        };
        /**
         * NodeTypeList
         * @description All node types, in the order of the palette.
         */
        NodeTypeList: {
            items: components["schemas"]["NodeType"][];
            /** @default null */
            next: null;
        };
        /**
         * NotificationList
         * @description Notifications, newest first, and how many nobody has read.
         */
        NotificationList: {
            items: components["schemas"]["NotificationView"][];
            next: string | null;
            unread: number;
        };
        /**
         * NotificationView
         * @description Something that a person may want to know; `kind` is Created (a device) or Failed (an integration), `entityId` which one.
         */
        NotificationView: {
            id: string;
            kind: string;
            text: string;
            entityId: string;
            /** @description Epoch milliseconds */
            createdTs: number;
            read: boolean;
        };
        /**
         * OriginView
         * @description Where a step was reached from.
         */
        OriginView: {
            /** @description The number of an earlier step, from 0 */
            hop: number;
            relation: string;
        };
        /**
         * OriginatorBody
         * @description What the message is about.
         */
        OriginatorBody: {
            /**
             * @default DEVICE
             * @enum {string}
             */
            kind: "DEVICE" | "ASSET" | "TENANT";
            /** @default device-1 */
            id: string;
            /** @default Thermostat 1 */
            name: string;
            /** @default thermostat */
            type: string;
            /** @default  */
            label: string;
        };
        /**
         * Overview
         * @description The state at one moment. Totals count since the server started; rates are for each second, lately.
         */
        Overview: {
            /** @description Epoch milliseconds */
            ts: number;
            version: string;
            uptimeS: number;
            devices: number;
            /** @description Heard of in the last ten minutes */
            devicesOnline: number;
            integrations: number;
            enabledIntegrations: number;
            /** @description Chains that run */
            ruleChains: number;
            uplinks: number;
            uplinkRate: number;
            failures: number;
            failureRate: number;
            downlinks: number;
            /** @description Messages that went through chains */
            messages: number;
            messageRate: number;
            /** @description Messages that wait or run without a caller */
            queueDepth: number;
            /** @description Originators with a message that waits for something */
            busy: number;
            deadLetters: number;
            unreadNotifications: number;
        };
        /**
         * PayloadView
         * @description What goes to the device; `body` is text, or base64 when `encoding` says so.
         */
        PayloadView: {
            body: string;
            /** @enum {string} */
            encoding: "text" | "base64";
            contentType: string;
            /** @description 0: the usual 200 */
            status: number;
            headers: {
                [key: string]: string;
            };
        };
        /**
         * PointsView
         * @description Telemetry of one moment; null for the time of arrival.
         */
        PointsView: {
            ts: number | null;
            values: {
                [key: string]: unknown;
            };
        };
        /**
         * ProblemDetails
         * @description Every error of the API, as `application/problem+json` (RFC 9457).
         */
        ProblemDetails: {
            type: string;
            title: string;
            status: number;
            /** @default null */
            detail: string | null;
            /** @default null */
            trace: string | null;
            /** @default [] */
            errors: components["schemas"]["ProblemItem"][];
            /**
             * @description With 412: what stands now
             * @default null
             */
            current: unknown;
        };
        /**
         * ProblemItem
         * @description One thing that is wrong, with its place.
         */
        ProblemItem: {
            message: string;
            /** @default  */
            place: string;
            /** @default  */
            code: string;
            /** @default null */
            line: number | null;
            /** @default null */
            column: number | null;
            /**
             * @default
             * @enum {string}
             */
            severity: "" | "error" | "warning";
            /** @default  */
            fix: string;
        };
        /**
         * Problems
         * @description What a check found; nothing when all is well.
         */
        Problems: {
            problems: components["schemas"]["ProblemItem"][];
        };
        /**
         * ReadBody
         * @description Which ones were read: these, or all.
         */
        ReadBody: {
            /** @default null */
            ids: string[] | null;
        };
        /**
         * ReadingView
         * @description What an uplink says of one device or asset.
         */
        ReadingView: {
            kind: string;
            name: string;
            type: string;
            label: string;
            attributes: {
                [key: string]: unknown;
            };
            telemetry: components["schemas"]["PointsView"][];
        };
        /**
         * ResubmitBody
         * @description Which dead letters to send again: those with `q` in their error, all by default.
         */
        ResubmitBody: {
            /**
             * @description Part of the name or text
             * @default
             */
            q: string;
        };
        /**
         * ResubmittedCount
         * @description How many were sent again, and how many could not be: what they are about is gone.
         */
        ResubmittedCount: {
            resubmitted: number;
            left: number;
        };
        /**
         * RunResult
         * @description How a rehearsal went; `effects` is what would have been done, in order.
         */
        RunResult: {
            trace: components["schemas"]["TraceView"] | null;
            effects: unknown[][];
            failures: components["schemas"]["FailureView"][];
            elapsedUs: number;
        };
        /**
         * SamplePayload
         * @description A payload to try the script with; for a downlink converter it is a message as JSON.
         */
        SamplePayload: {
            name: string;
            /**
             * @default JSON
             * @enum {string}
             */
            contentType: "JSON" | "TEXT" | "BINARY";
            /** @description Base64 */
            payload: string;
            /** @default {} */
            metadata: {
                [key: string]: string;
            };
        };
        /**
         * SavedChain
         * @description A chain as it was saved, with what is wrong or doubtful in it.
         */
        SavedChain: {
            /** @default  */
            id: string;
            /** @default  */
            name: string;
            /** @default 0 */
            version: number;
            /** @default null */
            entry: string | null;
            nodes?: components["schemas"]["NodeSpec"][];
            edges?: components["schemas"]["EdgeSpec"][];
            groups?: {
                [key: string]: unknown;
            }[];
            notes?: {
                [key: string]: unknown;
            }[];
            scenarios?: {
                [key: string]: unknown;
            }[];
            root: boolean;
            activeVersion: number;
            /** @description Epoch milliseconds */
            createdTs: number;
            /** @description Epoch milliseconds */
            updatedTs: number;
            note: string;
            problems: components["schemas"]["ProblemItem"][];
        };
        /**
         * ScriptBody
         * @description A script and what it is for.
         */
        ScriptBody: {
            /** @enum {string} */
            purpose: "uplink" | "downlink" | "filter" | "switch" | "transform" | "log" | "generate";
            /**
             * @default python
             * @enum {string}
             */
            language: "python";
            /** @description The body of the function */
            script: string;
        };
        /**
         * ScriptCheck
         * @description What is wrong with a script, and the head of its function.
         */
        ScriptCheck: {
            signature: string;
            problems: components["schemas"]["ProblemItem"][];
        };
        /**
         * ScriptFailure
         * @description Why a script failed, or what is wrong with its result; lines and columns count from 1.
         */
        ScriptFailure: {
            message: string;
            /** @default null */
            line: number | null;
            /** @default null */
            column: number | null;
            /**
             * @description JSON pointer into the output
             * @default
             */
            place: string;
        };
        /**
         * Security
         * @description What a request must carry: headers with these values.
         */
        Security: {
            /** @default {} */
            headers: {
                [key: string]: string;
            };
        };
        /**
         * SentView
         * @description A message that left a node along a relation.
         */
        SentView: {
            id: string;
            parent: string | null;
            type: string;
            originator: components["schemas"]["EntityView"];
            data: unknown;
            metadata: {
                [key: string]: string;
            };
            /** @description Epoch milliseconds */
            ts: number;
            relation: string;
        };
        /**
         * SeriesViews
         * @description Values by key, in order of time.
         */
        SeriesViews: {
            [key: string]: components["schemas"]["StampedView"][];
        };
        /**
         * SettingList
         * @description All settings, in the order of the program.
         */
        SettingList: {
            items: components["schemas"]["SettingView"][];
        };
        /**
         * SettingView
         * @description A setting; it is changed where it comes from, and read when the server starts.
         */
        SettingView: {
            name: string;
            variable: string;
            value: unknown;
            /** @description environment, default, or the name of a file */
            source: string;
            description: string;
        };
        /**
         * SlowNode
         * @description A node with the mean time of its steps in the newest traces.
         */
        SlowNode: {
            chain: string;
            chainName: string;
            node: string;
            name: string;
            steps: number;
            meanUs: number;
            slowestUs: number;
        };
        /**
         * SlowNodes
         * @description The slowest nodes first.
         */
        SlowNodes: {
            items: components["schemas"]["SlowNode"][];
        };
        /**
         * StampedView
         * @description A value and when it was set or measured.
         */
        StampedView: {
            /** @description Epoch milliseconds */
            ts: number;
            value: unknown;
        };
        /**
         * StoreHealth
         * @description The database.
         */
        StoreHealth: {
            ok: boolean;
            url: string;
            error: string;
            pingUs: number;
            /** @description Commits since the server started */
            commits: number;
        };
        /**
         * TemplateList
         * @description The chains to begin with.
         */
        TemplateList: {
            items: components["schemas"]["TemplateView"][];
            /** @default null */
            next: null;
        };
        /**
         * TemplateView
         * @description A chain to begin with.
         */
        TemplateView: {
            template: string;
            name: string;
            nodes: number;
            edges: number;
        };
        /**
         * TraceHead
         * @description A trace without its hops.
         */
        TraceHead: {
            id: string;
            chain: string;
            originator: string;
            type: string;
            /** @description Epoch milliseconds */
            startedTs: number;
            complete: boolean;
            steps: number;
            /** @description Steps beyond what a trace keeps */
            dropped: number;
            elapsedUs: number;
            error: string | null;
        };
        /**
         * TraceList
         * @description Traces in the order that was asked for.
         */
        TraceList: {
            items: components["schemas"]["TraceHead"][];
            next: string | null;
        };
        /**
         * TraceView
         * @description What happened to one message at each step.
         */
        TraceView: {
            id: string;
            chain: string;
            originator: string;
            type: string;
            /** @description Epoch milliseconds */
            startedTs: number;
            complete: boolean;
            steps: number;
            /** @description Steps beyond what a trace keeps */
            dropped: number;
            elapsedUs: number;
            error: string | null;
            hops: components["schemas"]["HopView"][];
        };
        /**
         * UnreadCount
         * @description How many nobody has read.
         */
        UnreadCount: {
            unread: number;
        };
        /**
         * UsageView
         * @description Who would miss an integration.
         */
        UsageView: {
            ruleChains: components["schemas"]["Named"][];
        };
        /**
         * VersionList
         * @description All versions of a chain, newest first.
         */
        VersionList: {
            items: components["schemas"]["VersionSummary"][];
            /** @default null */
            next: null;
        };
        /**
         * VersionSummary
         * @description A version without its document.
         */
        VersionSummary: {
            version: number;
            note: string;
            /** @description Epoch milliseconds */
            createdTs: number;
            active: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listConverters: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
                /** @description Part of the name or text */
                q?: string;
                sort?: "name" | "-name" | "createdTs" | "-createdTs" | "updatedTs" | "-updatedTs";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Converters, page by page. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    createConverter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConverterBody"];
            };
        };
        responses: {
            /** @description A converter as it stands. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    testConverter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConverterTest"];
            };
        };
        responses: {
            /** @description What came out, or `error`; `readings` (up) or `payloads` (down) is how it would be understood. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterTestResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getConverter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A converter as it stands. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    replaceConverter: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the change is based on: 412 when it is not the current one; without it, the change overwrites */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConverterBody"];
            };
        };
        responses: {
            /** @description A converter as it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteConverter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    debugConverter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DebugRequest"];
            };
        };
        responses: {
            /** @description A converter as it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConverterView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Part of the name or text */
                q?: string;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dead letters, newest first. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resubmitDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResubmitBody"];
            };
        };
        responses: {
            /** @description How many were sent again, and how many could not be: what they are about is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResubmittedCount"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A message with the place and the reason of its failure; null stands for the root chain and its entry. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    resubmitDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
                /** @description Part of the name or text */
                q?: string;
                sort?: "name" | "-name" | "type" | "-type" | "label" | "-label" | "createdTs" | "-createdTs" | "lastActivityTs" | "-lastActivityTs";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Devices, page by page. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    createDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceBody"];
            };
        };
        responses: {
            /** @description A device; `lastActivityTs` is 0 when it was never heard of. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A device; `lastActivityTs` is 0 when it was never heard of. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    changeDevice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the change is based on: 412 when it is not the current one; without it, the change overwrites */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceChange"];
            };
        };
        responses: {
            /** @description A device; `lastActivityTs` is 0 when it was never heard of. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getAttributes: {
        parameters: {
            query?: {
                /** @description Keys, separated by commas */
                keys?: string;
            };
            header?: never;
            path: {
                id: string;
                scope: "client" | "server" | "shared";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Attributes by key. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttributeViews"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    saveAttributes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                scope: "client" | "server" | "shared";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AttributeValues"];
            };
        };
        responses: {
            /** @description Attributes by key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttributeViews"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteAttributes: {
        parameters: {
            query?: {
                /** @description Keys, separated by commas */
                keys?: string;
            };
            header?: never;
            path: {
                id: string;
                scope: "client" | "server" | "shared";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys that were there and are gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedKeys"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDeviceCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The access token with which a device calls `/api/v1/{token}/...`. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    renewDeviceCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CredentialsBody"];
            };
        };
        responses: {
            /** @description The access token with which a device calls `/api/v1/{token}/...`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listDownlinks: {
        parameters: {
            query?: {
                state?: ("queued" | "delivered" | "expired" | "cancelled" | "replaced") | null;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Downlinks, newest first. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownlinkList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    cancelDownlinks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many were taken back. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledCount"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getDownlink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                downlink: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A message for a device; `payload` is text, or base64 when `encoding` says so. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownlinkView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    cancelDownlink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                downlink: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listDeviceEvents: {
        parameters: {
            query?: {
                level?: ("info" | "error") | null;
                from?: number | null;
                to?: number | null;
                /** @description Part of the name or text */
                q?: string;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, newest first; `capped` says how many of each source this hour dropped, where it did. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getTelemetry: {
        parameters: {
            query?: {
                /** @description Keys, separated by commas; all by default */
                keys?: string;
                /** @description Epoch milliseconds */
                from?: number;
                /** @description Epoch milliseconds */
                to?: number;
                /** @description One value for each interval */
                agg?: "NONE" | "MIN" | "MAX" | "AVG" | "SUM" | "COUNT";
                /** @description Length of an interval in ms; one interval by default */
                step?: number;
                /** @description Most values of each key */
                limit?: number;
                /** @description desc: the newest first */
                order?: "asc" | "desc";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Values by key, in order of time. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesViews"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteTelemetry: {
        parameters: {
            query?: {
                /** @description Keys, separated by commas */
                keys?: string;
                /** @description Epoch milliseconds */
                from?: number;
                /** @description Epoch milliseconds */
                to?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there were. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedCount"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getLatestTelemetry: {
        parameters: {
            query?: {
                /** @description Keys, separated by commas */
                keys?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Attributes by key. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttributeViews"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                level?: ("info" | "error") | null;
                from?: number | null;
                to?: number | null;
                /** @description Part of the name or text */
                q?: string;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
                source?: ("integration" | "converter" | "node" | "device" | "system") | null;
                entity?: string | null;
                chain?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, newest first; `capped` says how many of each source this hour dropped, where it did. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the parts are at this moment. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listIntegrationTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All kinds of integrations. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationTypeList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listIntegrations: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
                /** @description Part of the name or text */
                q?: string;
                sort?: "name" | "-name" | "createdTs" | "-createdTs" | "updatedTs" | "-updatedTs";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Integrations, page by page. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    createIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IntegrationBody"];
            };
        };
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    replaceIntegration: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the change is based on: 412 when it is not the current one; without it, the change overwrites */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IntegrationBody"];
            };
        };
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    debugIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DebugRequest"];
            };
        };
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    disableIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    enableIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An integration as it stands, with the URL for its devices; header values are hidden. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getIntegrationUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who would miss an integration. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listNodeTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All node types, in the order of the palette. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeTypeList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    testNode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NodeTest"];
            };
        };
        responses: {
            /** @description How a rehearsal of one node went; `emits` is what came out of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listNotifications: {
        parameters: {
            query?: {
                unread?: boolean;
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Notifications, newest first, and how many nobody has read. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    readNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReadBody"];
            };
        };
        responses: {
            /** @description How many nobody has read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    countUnreadNotifications: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many nobody has read. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadCount"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listRuleChainTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chains to begin with. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listRuleChains: {
        parameters: {
            query?: {
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
                /** @description Part of the name or text */
                q?: string;
                sort?: "name" | "-name" | "createdTs" | "-createdTs" | "updatedTs" | "-updatedTs";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Rule chains, page by page. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    createRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ChainBody"];
            };
        };
        responses: {
            /** @description A chain as it was saved, with what is wrong or doubtful in it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedChain"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A chain document with its state; `activeVersion` 0: no version runs. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    replaceRuleChain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that the change is based on: 412 when it is not the current one; without it, the change overwrites */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChainBody"];
            };
        };
        responses: {
            /** @description A chain as it was saved, with what is wrong or doubtful in it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedChain"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    deleteRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    activateRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ActivateBody"];
            };
        };
        responses: {
            /** @description A chain for a list; `failed` and `seen` count what its nodes did since this version runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainSummary"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    debugRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DebugRequest"];
            };
        };
        responses: {
            /** @description Until when everything is kept; 0: it is not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebugState"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    debugRuleNode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                node: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DebugRequest"];
            };
        };
        responses: {
            /** @description Until when everything is kept; 0: it is not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebugState"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    traceRuleNode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                node: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DebugRequest"];
            };
        };
        responses: {
            /** @description Until when everything is kept; 0: it is not. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebugState"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getRuleChainRates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counters of the version that runs; `version` 0: none does. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainCounts"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    makeRootRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A chain for a list; `failed` and `seen` count what its nodes did since this version runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainSummary"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    runRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChainRun"];
            };
        };
        responses: {
            /** @description How a rehearsal went; `effects` is what would have been done, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunResult"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    validateRuleChain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ChainBody"];
            };
        };
        responses: {
            /** @description What a check found; nothing when all is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problems"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listRuleChainVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All versions of a chain, newest first. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getRuleChainVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A chain document with its state; `activeVersion` 0: no version runs. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    checkScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScriptBody"];
            };
        };
        responses: {
            /** @description What is wrong with a script, and the head of its function. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScriptCheck"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listScriptLanguages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The languages that scripts are written in. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LanguageList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All settings, in the order of the program. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getFirstSteps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What has been done with this installation. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FirstSteps"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state at one moment. Totals count since the server started; rates are for each second, lately. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getSlowestNodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The slowest nodes first. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlowNodes"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    listTraces: {
        parameters: {
            query?: {
                /** @description Those that passed this chain */
                chain?: string | null;
                /** @description Those with a message of this device */
                device?: string | null;
                /** @description Those that came to this node (of `chain`, if that is given) */
                node?: string | null;
                /** @description Those that took this relation (out of `node`, if that is given) */
                relation?: string | null;
                /** @description true: only failed ones */
                error?: boolean | null;
                /** @description Part of the originator's name or id, the message type, the data or metadata */
                q?: string;
                sort?: "newest" | "slowest";
                /** @description `next` of the page before */
                cursor?: string | null;
                /** @description Most items of one page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Traces in the order that was asked for. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceList"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
    getTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened to one message at each step. */
            200: {
                headers: {
                    /** @description The version, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceView"];
                };
            };
            /** @description What is wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDetails"];
                };
            };
        };
    };
}
