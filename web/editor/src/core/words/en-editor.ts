/** Words of the chain editor beyond its beginnings: traces, groups, nested chains, several nodes at once. */
export const enEditor = {
  'trace': 'Trace', 'trace.list': 'Traces', 'trace.search': 'Device or text…', 'trace.errors': 'Only failed ones', 'trace.slowest': 'Slowest first', 'trace.more': 'By node and relation',
  'trace.node': 'Node', 'trace.anyNode': 'Any node', 'trace.anyRelation': 'Any relation', 'trace.none': 'No message has been traced yet.', 'trace.noneFound': 'No trace is like that.', 'trace.nobody': 'Nobody',
  'trace.hint': 'Choose a message to follow it step by step. One message in a while is traced, failures always.', 'trace.next': 'Trace the next message', 'trace.nextOfChain': 'Trace the next message', 'trace.waiting': 'Waiting for the next message at “{name}”…',
  'trace.hops': 'Steps of the message', 'trace.steps': 'Steps', 'trace.slider': 'Step', 'trace.back': 'Step back', 'trace.forward': 'Step forward', 'trace.ends': 'ends', 'trace.enters': 'goes into the chain', 'trace.openChain': 'Open', 'trace.failed': 'failed',
  'trace.taken': 'taken:', 'trace.untaken': 'not taken', 'trace.nothing': 'Nothing left this node.', 'trace.message': '{type} of {name}', 'trace.messages': 'Messages that left this node', 'trace.running': 'This message is still on its way.',
  'trace.dropped.one': '{n} more step is not kept', 'trace.dropped.other': '{n} more steps are not kept', 'trace.gone': 'This message was not traced, or its trace is no longer kept.', 'trace.this': 'Trace this message',
  'trace.watch': 'Watch {path}', 'trace.unwatch': 'Do not watch {path}', 'trace.watched': 'Watched fields', 'trace.said': 'Step {at} of {of}: {name}, {relation}', 'trace.number': 'Step {n}', 'trace.why': 'Failed: {reason}',
  'group.fold': 'Collapse or unfold the group', 'group.collapse': 'Collapse {name}', 'group.unfold': 'Unfold {name}', 'group.nodes.one': '{n} node', 'group.nodes.other': '{n} nodes', 'group.spoken': 'Group {name}, {n}', 'said.collapsed': '{name} is collapsed', 'said.unfolded': '{name} is unfolded',
  'inner.rate': '{rate}/s inside', 'inner.bad': '{rate}/s inside, {failures} failures/s', 'debug.left': '{n} min',
  'keys.all': 'Select all', 'keys.connect': 'Connect the node', 'keys.edges': 'Connections of the node', 'keys.open': 'Open the node', 'keys.help': 'Help of the node', 'keys.run': 'Run the test', 'keys.heal': 'Delete and close the gap',
  'keys.move': 'Move, with Shift further', 'keys.walk': 'Go along the connections', 'keys.close': 'Close what is on top', 'keys.full': 'Zoom to 100 %', 'keys.zoom': 'Zoom in or out',
  'align.left': 'Align left', 'align.top': 'Align tops', 'align.middle': 'Align middles', 'align.columns': 'Spread from left to right', 'align.rows': 'Spread from top to bottom',
  'cat.favourites': 'Favourites', 'palette.like': 'Keep {name} at the top', 'palette.unlike': 'No longer keep {name} at the top',
  'deploy.warned': 'There are warnings', 'deploy.warned.text': 'The chain can run. You are asked about each of them once.', 'deploy.anyway': 'Deploy anyway',
};
