import { enEditor } from './en-editor';

export const en = {
  ...enEditor,
  'app.name': 'Tidegate',
  'cat.input': 'Input', 'cat.filter': 'Filter', 'cat.enrichment': 'Enrichment', 'cat.transform': 'Transform',
  'cat.action': 'Action', 'cat.external': 'External', 'cat.flow': 'Flow', 'cat.recent': 'Recent',
  'nav.main': 'Main', 'nav.home': 'Home', 'nav.chains': 'Rule chains', 'nav.breadcrumb': 'Breadcrumb',

  'close': 'Close', 'cancel': 'Cancel', 'delete': 'Delete', 'remove': 'Remove', 'add': 'Add', 'undo': 'Undo', 'redo': 'Redo',
  'copy': 'Copy', 'cut': 'Cut', 'paste': 'Paste', 'duplicate': 'Duplicate', 'rename': 'Rename', 'name': 'Name', 'more': 'More',
  'tidy': 'Tidy up', 'search': 'Search or jump to…', 'theme': 'Theme', 'theme.light': 'Light', 'theme.dark': 'Dark', 'theme.system': 'System',
  'language': 'Language', 'menu': 'View and language', 'offline': 'The server cannot be reached.', 'retry': 'Try again',

  'state.live': 'Live', 'state.dirty': 'Unsaved changes', 'state.draft': 'Saved, not running', 'state.running': 'v{version} runs',
  'state.newer': 'Newer version exists', 'state.reconnecting': 'Reconnecting…',
  'deploy': 'Deploy', 'deploy.note': 'Deploy with a note…', 'deploy.draft': 'Save as draft', 'deploy.more': 'More ways to save',
  'deploy.done': 'Version {version} runs', 'draft.done': 'Saved as version {version}; it does not run yet',
  'deploy.blocked': 'Errors keep this chain from running', 'deploy.blocked.text': 'You can save it as a draft and repair it later. What runs now goes on.',
  'deploy.show': 'Show problems', 'note.title': 'What is this version about?', 'note.label': 'Note',
  'draft.restored': 'Your unsaved changes are back', 'draft.discard': 'Discard them', 'draft.full': 'This browser has no room left to keep your draft. Save soon.',
  'import': 'Import', 'import.chain': 'Import a file…', 'import.bad': 'This file is not a rule chain', 'export': 'Export', 'export.json': 'Export as JSON',
  'export.svg': 'Export as SVG', 'export.png': 'Export as PNG',
  'versions': 'Versions', 'versions.show': 'Show changes', 'versions.hide': 'Hide changes', 'versions.restore': 'Restore', 'versions.now': 'runs',
  'versions.restored': 'Version {version} is on the canvas. Deploy to let it run.', 'versions.same': 'No difference to the canvas',
  'versions.added': '{n} added', 'versions.changed': '{n} changed', 'versions.removed': '{n} removed',
  'merge.done': 'Merged with version {version}, which somebody saved meanwhile', 'merge.title': 'Somebody else changed the same things',
  'merge.text': 'Choose for each what is to stay. Everything else is merged already.', 'merge.mine': 'Mine', 'merge.theirs': 'Theirs',
  'merge.deleted': 'deleted', 'merge.apply': 'Use this', 'merge.later': 'Decide later', 'merge.kept': 'Nothing was saved. Your draft is kept in this browser.',
  'merge.kind.nodes': 'Node', 'merge.kind.edges': 'Connection', 'merge.kind.groups': 'Group', 'merge.kind.notes': 'Note', 'merge.kind.entry': 'First node', 'merge.kind.name': 'Name of the chain',

  'palette': 'Node palette', 'palette.search': 'Find a node…', 'palette.none': 'No node has this in its name.', 'palette.hide': 'Hide the palette', 'palette.show': 'Show the palette',
  'canvas': 'Canvas', 'canvas.empty': 'Drag a node here, or press A', 'canvas.missing': 'There is no such rule chain.', 'canvas.minimap': 'Overview of the chain',
  'input.name': 'Messages in', 'input.type': 'Input', 'input.help': 'What comes in from devices begins here. Draw its arrow to the first node.',
  'zoom.in': 'Zoom in', 'zoom.out': 'Zoom out', 'zoom.fit': 'Fit view', 'zoom.100': 'Zoom to 100 %',
  'node.input': 'Input of {name}', 'node.output': '{relation} output of {name}', 'node.ports': 'Show {n} more outputs of {name}',
  'node.spoken': '{type} {name}{targets}{problems}', 'node.to': '{relation} to {name}', 'node.rate': '{rate}/s, {failures} failures/s', 'node.changed': 'Changed since it was deployed',
  'edge.pill': '{relation} from {from} to {to}', 'edge.insert': 'Insert a node', 'edge.delete': 'Delete connection', 'edge.relation': 'Relation', 'edge.other': 'Other relation…', 'edge.otherName': 'Other relation', 'edge.several': 'Space takes several',
  'quick.add': 'Add a node', 'quick.tab': 'Tab changes the relation', 'quick.after': 'After {name}', 'quick.none': 'Nothing found', 'quick.goto': 'Go to', 'quick.addnode': 'Add node', 'quick.command': 'Command', 'quick.chain': 'Rule chain',
  'connect.title': 'Connect {name}', 'connect.to': 'To', 'edges.title': 'Connections of {name}', 'edges.in': 'from {name}', 'edges.none': 'Nothing is connected yet.',
  'group': 'Group', 'group.new': 'Group', 'group.make': 'Group the selection', 'group.undo': 'Ungroup', 'group.name': 'Name of the group',
  'note': 'Note', 'note.add': 'Add a note', 'note.text': 'Text of the note', 'note.empty': 'Write something…',
  'outline': 'Outline', 'outline.show': 'Outline view', 'outline.hide': 'Back to the canvas', 'outline.step': 'Step', 'outline.goes': 'Goes to', 'outline.actions': 'Actions', 'outline.ends': 'ends here', 'outline.add': 'Add after {name}', 'outline.entry': 'First node', 'outline.makeEntry': 'Begin with {name}', 'outline.word': 'Open', 'outline.open': 'Open {name}', 'outline.delete': 'Delete {name}',
  'heat': 'Heat on connections', 'help.keys': 'Keys', 'help.letters': 'Single letters work as keys',
  'selection.one': '{n} node selected', 'selection.other': '{n} nodes selected',

  'panel': 'Node {name}', 'panel.configure': 'Configure', 'panel.test': 'Test', 'panel.events': 'Events', 'panel.help': 'Help', 'panel.nothing': 'Nothing to set up.',
  'panel.disable': 'Disable', 'panel.enable': 'Enable', 'panel.debug': 'Debug', 'panel.debugging': 'Debugging', 'panel.resize': 'Width of the panel', 'panel.entry': 'Begin here', 'panel.isEntry': 'First node of the chain', 'panel.unknown': 'This server does not know the node type “{type}”. Its settings are kept as they are.',
  'debug.on': 'In and Out are kept for 15 minutes', 'debug.off': 'In and Out are no longer kept', 'debug.notRunning': 'This node does not run yet. Deploy first.',
  'field.required': 'This field is required', 'field.add': 'Add a value', 'field.addRow': 'Add a row', 'field.pattern': 'Names or regular expressions', 'field.template': 'May hold ${key} from the metadata and $[key] from the data', 'field.choose': 'Choose…', 'field.none': 'None', 'field.missing': '{value} (not there)', 'field.key': 'Key', 'field.value': 'Value', 'field.unit': 'Unit', 'field.openChain': 'Open it', 'field.large': 'Open large', 'field.small': 'Back to the panel',
  'unit.ms': 'milliseconds', 'unit.s': 'seconds', 'unit.min': 'minutes', 'unit.h': 'hours', 'unit.d': 'days',
  'code': 'Code', 'code.loading': 'Loading the editor…',
  'test.message': 'Message', 'test.from': 'Message from', 'test.sample': 'Sample', 'test.example': 'Example: {title}', 'test.captured': '{time} · {name}', 'test.run': 'Run', 'test.running': 'Running…', 'test.bad': 'The message is not JSON', 'test.nothing': 'No message came out.', 'test.effects': 'It would have done', 'test.same': 'The message is unchanged.', 'test.world': 'The example brings its own attributes and telemetry.', 'test.hint': 'Nothing is stored and nothing is sent.',
  'events.none': 'No events yet.', 'events.hint': 'Turn debugging on to see the messages that enter and leave this node.', 'events.on': 'Debug for 15 minutes', 'events.waiting': 'Waiting for messages…', 'events.in': 'In', 'events.out': 'Out', 'events.use': 'Use as test message', 'events.live': 'Live',
  'help.relations': 'Relations', 'help.fields': 'Fields', 'help.examples': 'Examples', 'help.config': 'Settings', 'help.custom': 'and names of your own',

  'problems': 'Problems', 'problems.one': '{n} problem', 'problems.other': '{n} problems', 'problems.none': 'No problems', 'problems.chain': 'Chain', 'problems.fix': 'Fix', 'problems.next': 'Next problem', 'drawer.resize': 'Height of the drawer',
  'fix.remove': 'Remove it', 'fix.entry': 'Begin with “{name}”', 'fix.connect': 'Connect…', 'fix.edge': 'Remove the connection', 'fix.open': 'Fill it in', 'fix.relation': 'Change to {relation}',
  'problem.no-entry': 'No node is the first, so no message comes in', 'problem.cycle': 'The arrows run in a circle: {way}', 'problem.unreachable': 'Not reachable: no message comes to this node',
  'problem.unknown-type': 'Unknown node type “{type}”', 'problem.missing': '“{field}” is required', 'problem.unknown-relation': '“{relation}” never leaves this node', 'problem.dead-end': 'Nothing follows: whatever it decides, the message ends',
  'problem.twin-arrow': 'The same connection stands twice', 'problem.self-reference': 'The chain would enter itself',

  'chains.title': 'Rule chains', 'chains.new': 'New rule chain', 'chains.empty': 'Start empty', 'chains.empty.text': 'A canvas with nothing on it.', 'chains.template': 'From a template', 'chains.import.text': 'A JSON file that was exported here.',
  'chains.root': 'Root chain', 'chains.makeRoot': 'Make it the root chain', 'chains.duplicate': 'Duplicate', 'chains.delete': 'Delete', 'chains.delete.title': 'Delete “{name}”?', 'chains.delete.text': 'All its versions go with it. This cannot be undone.', 'chains.copyOf': '{name} (copy)',
  'chains.nodes.one': '{n} node', 'chains.nodes.other': '{n} nodes', 'chains.seen.one': '{n} message', 'chains.seen.other': '{n} messages', 'chains.failed.one': '{n} failure', 'chains.failed.other': '{n} failures', 'chains.search': 'Find a rule chain…', 'chains.none': 'No rule chain has this in its name.', 'chains.notRunning': 'Not running', 'chains.actions': 'Actions for {name}', 'chains.loading': 'Loading…',

  'home.rate': 'Messages', 'home.failures': 'Failures', 'home.devices': 'Devices', 'home.chains': 'Chains that run', 'home.queue': 'In the queue', 'home.dead': 'Dead letters',
  'home.steps': 'First steps', 'home.step.integration': 'An integration is there', 'home.step.message': 'A message came in', 'home.step.device': 'A device was made', 'home.step.chain': 'A rule chain runs', 'home.done': 'done', 'home.open': 'open', 'home.recent': 'Changed lately', 'home.all': 'All rule chains',

  'page.missing': 'There is no such page.', 'page.toChains': 'To the rule chains',
  'said.added': '{name} added', 'said.deleted.one': '{n} thing deleted', 'said.deleted.other': '{n} things deleted', 'said.connected': '{from} connected to {to} by {relation}', 'said.undone': 'Undone', 'said.redone': 'Done again', 'said.copied.one': '{n} node copied', 'said.copied.other': '{n} nodes copied', 'said.tidied': 'Tidied up', 'said.nothing': 'There is nothing to paste',
};

export type Words = typeof en;
