"""Configurations as ThingsBoard exports them, and what becomes of them here."""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalog import Catalog

CATALOG = Catalog.discover("nodes")
NODES = [CATALOG.get(name) for name in CATALOG]
BY_CLASS = {node.thingsboard.rpartition(".")[2]: node for node in NODES if node.thingsboard}
LOG = "return '\\nIncoming message:\\n' + JSON.stringify(msg) + '\\nIncoming metadata:\\n' + JSON.stringify(metadata);"
REST = {
    "restEndpointUrlPattern": "https://example.com/${deviceName}",
    "requestMethod": "PUT",
    "headers": {"X-A": "1"},
    "queryParams": [{"key": "a b", "value": "$[t]"}],
    "readTimeoutMs": 2500,
    "maxParallelRequestsCount": 0,
    "maxInMemoryBufferSizeInKb": 64,
    "requestBodyTemplate": None,
    "credentials": {"type": "basic", "username": "u", "password": "p"},
}

ROWS: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
    ("TbMsgTypeSwitchNode", {"version": 0}, {}),
    ("TbMsgTypeFilterNode", {"messageTypes": ["ALARM"]}, {"messageTypes": ["ALARM"]}),
    (
        "TbCheckMessageNode",
        {"messageNames": ["a"], "metadataNames": [], "checkAllKeys": False},
        {"dataKeys": ["a"], "metadataKeys": [], "match": "any"},
    ),
    (
        "TbSendRPCReplyNode",
        {"serviceIdMetaDataAttribute": "serviceId", "sessionIdMetaDataAttribute": "s", "requestIdMetaDataAttribute": ""},
        {"requestIdKey": "requestId", "sessionIdKey": "s"},
    ),
    ("TbOriginatorTypeFilterNode", {"originatorTypes": ["DEVICE", "CUSTOMER"]}, {"entityTypes": ["DEVICE"]}),
    ("TbJsFilterNode", {"scriptLang": "TBEL", "tbelScript": "return msg.temperature > 20;"}, None),
    ("TbJsSwitchNode", {"jsScript": "return ['A'];"}, None),
    (
        "TbTransformMsgNode",
        {"jsScript": "return {msg: msg, metadata: metadata, msgType: msgType};"},
        {"script": "return {'msg': msg, 'metadata': metadata, 'msgType': msgType}"},
    ),
    ("TbTransformMsgNode", {"scriptLang": "TBEL", "jsScript": "", "tbelScript": "return {};"}, None),
    (
        "TbGetAttributesNode",
        {"clientAttributeNames": ["a"], "latestTsKeyNames": ["t"], "fetchTo": "DATA", "tellFailureIfAbsent": False},
        {"clientAttributes": ["a"], "latestTelemetry": ["t"], "fetchTo": "data", "failIfAbsent": False},
    ),
    (
        "TbGetOriginatorFieldsNode",
        {"dataMapping": {"name": "n"}, "ignoreNullStrings": True, "fetchTo": "METADATA"},
        {"mapping": {"name": "n"}, "ignoreNulls": True, "fetchTo": "metadata"},
    ),
    ("TbGetOriginatorFieldsNode", {"dataMapping": {"email": "e"}}, None),
    (
        "TbGetTelemetryNode",
        {"latestTsKeyNames": ["t"], "fetchMode": "ALL", "startInterval": 3, "startIntervalTimeUnit": "HOURS",
         "endInterval": 500, "endIntervalTimeUnit": "MILLISECONDS", "orderBy": "DESC", "aggregation": "AVG",
         "limit": 10, "useMetadataIntervalPatterns": False, "startIntervalPattern": "${x}"},
        {"keys": ["t"], "fetch": "all", "startAgoSeconds": 10800, "endAgoSeconds": 0.5, "startPattern": "",
         "order": "DESC", "aggregation": "AVG", "limit": 10},
    ),
    ("TbRenameKeysNode", {"renameIn": "METADATA", "renameKeysMapping": {"a": "b"}},
     {"renameIn": "metadata", "mapping": {"a": "b"}}),
    ("TbCopyKeysNode", {"copyFrom": "METADATA", "keys": ["a.*"]}, {"copyFrom": "metadata", "keys": ["a.*"]}),
    ("TbDeleteKeysNode", {"deleteFrom": "DATA", "keys": ["a.*"]}, {"deleteFrom": "data", "keys": ["a.*"]}),
    ("TbSplitArrayMsgNode", {"version": 0}, {}),
    ("TbMsgTimeseriesNode", {"defaultTTL": 0, "useServerTs": True, "processingSettings": {"type": "ON_EVERY_MESSAGE"}},
     {"useServerTs": True}),
    ("TbMsgTimeseriesNode", {"processingSettings": {"type": "WEBSOCKETS_ONLY"}}, None),
    (
        "TbMsgAttributesNode",
        {"processingSettings": {"type": "ON_EVERY_MESSAGE"}, "scope": "CLIENT_SCOPE", "notifyDevice": False,
         "sendAttributesUpdatedNotification": False, "updateAttributesOnlyOnValueChange": True},
        {"scope": "client", "onlyChanged": True, "notify": False},
    ),
    ("TbMsgDeleteAttributesNode", {"scope": "SHARED_SCOPE", "keys": ["a"], "sendAttributesDeletedNotification": True},
     {"scope": "shared", "keys": ["a"], "notify": True}),
    ("TbIntegrationDownlinkNode", {"integrationId": "i-1"},
     {"integrationId": "i-1", "scopes": ["client", "shared", "server"]}),
    ("TbIntegrationDownlinkNode", {}, None),
    ("TbLogNode", {"scriptLang": "TBEL", "jsScript": LOG, "tbelScript": LOG},
     {"script": "return '\\nIncoming message:\\n' + json_encode(msg) + '\\nIncoming metadata:\\n' + json_encode(metadata)"}),
    ("TbLogNode", {"jsScript": "return msg.toString();"}, None),
    ("TbMsgGeneratorNode", {"msgCount": 0, "jsScript": "return {};"}, None),
    ("TbRestApiCallNode", REST,
     {"url": "https://example.com/${deviceName}?a+b=$[t]", "method": "PUT", "timeoutSeconds": 2.5, "maxResponseKb": 64,
      "headers": {"X-A": "1", "Authorization": "Basic dTpw"}, "body": "", "attempts": 1}),
    ("TbRestApiCallNode", {**REST, "credentials": {"type": "cert.PEM"}}, None),
    ("TbRestApiCallNode", {**REST, "enableProxy": True}, None),
    ("TbRuleChainInputNode", {"ruleChainId": "c-1", "forwardMsgToDefaultRuleChain": False}, {"ruleChainId": "c-1"}),
    ("TbRuleChainInputNode", {"ruleChainId": "c-1", "forwardMsgToDefaultRuleChain": True}, None),
    ("TbRuleChainOutputNode", {"version": 0, "name": "Too hot"}, {"label": "Too hot"}),
]  # fmt: skip


@pytest.mark.parametrize(("java_class", "config", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_configuration(java_class: str, config: dict[str, Any], expected: dict[str, Any] | None) -> None:
    node = BY_CLASS[java_class]
    made = node.from_thingsboard(config)
    if expected is None:
        assert made is None
        return
    assert {key: made[key] for key in expected} == expected
    node.model_validate(made)


def test_every_class_is_here() -> None:
    assert {row[0] for row in ROWS} == set(BY_CLASS)
