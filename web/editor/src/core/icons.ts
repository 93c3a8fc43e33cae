/** The icons in use, by the names that node cards and views give; unknown names get a box. */
import {
  AlignHorizontalDistributeCenter, AlignStartHorizontal, AlignStartVertical, AlignCenterHorizontal, AlignVerticalDistributeCenter, ArrowLeft, ArrowLeftRight, Bell, Binary, Box, Bug, ChartLine, Check, CheckCheck, ChevronDown, ChevronRight, Circle, CircleAlert, CircleCheck, CirclePlus, Code, Copy, CornerDownRight, Cpu,
  Download, Eraser, Expand, Eye, FileInput, Files, Flag, Funnel, Group, History, House, IdCard, Inbox, Info, Keyboard, ListChecks, ListTree, LogIn, LogOut, Maximize, Menu, Minimize2, Minus,
  Monitor, Moon, PanelLeftClose, PanelLeftOpen, Pause, PenLine, Play, Plug, Plus, Power, Redo2, Rocket, Route, SatelliteDish, Save, ScrollText, Search, Settings, Shapes,
  Split, StickyNote, Sun, Tags, Timer, Star, StepBack, StepForward, Trash2, TriangleAlert, Undo2, Ungroup, Waypoints, WandSparkles, Webhook, Workflow, X,
} from 'lucide';

export type Icon = readonly (readonly [string, Readonly<Record<string, string | number | undefined>>])[];

const icons: Record<string, unknown> = {
  'arrow-left': ArrowLeft, bell: Bell, cpu: Cpu, inbox: Inbox, menu: Menu, settings: Settings, binary: Binary, convert: ArrowLeftRight, bug: Bug, 'chart-line': ChartLine, check: Check, 'check-check': CheckCheck, down: ChevronDown, right: ChevronRight,
  error: CircleAlert, ok: CircleCheck, 'plus-circle': CirclePlus, code: Code, copy: Copy, child: CornerDownRight, download: Download, eraser: Eraser,
  expand: Expand, eye: Eye, import: FileInput, files: Files, flag: Flag, funnel: Funnel, filter: Funnel, group: Group, home: House, circle: Circle, history: History, 'id-card': IdCard, info: Info, keyboard: Keyboard,
  outline: ListTree, 'list-checks': ListChecks, 'log-in': LogIn, 'log-out': LogOut, fit: Maximize, shrink: Minimize2, minus: Minus, system: Monitor, moon: Moon, hide: PanelLeftClose, show: PanelLeftOpen,
  pause: Pause, 'pen-line': PenLine, play: Play, plug: Plug, plus: Plus, power: Power, redo: Redo2, rocket: Rocket, route: Route, 'satellite-dish': SatelliteDish,
  save: Save, 'scroll-text': ScrollText, search: Search, shapes: Shapes, split: Split, note: StickyNote, sun: Sun, star: Star, 'align-left': AlignStartVertical, 'align-top': AlignStartHorizontal, 'align-middle': AlignCenterHorizontal, 'align-columns': AlignHorizontalDistributeCenter, 'align-rows': AlignVerticalDistributeCenter, 'step-back': StepBack, 'step-forward': StepForward, tags: Tags, timer: Timer,
  'trash-2': Trash2, warning: TriangleAlert, undo: Undo2, ungroup: Ungroup, connect: Waypoints, wand: WandSparkles, webhook: Webhook, workflow: Workflow, x: X,
};

export const hasIcon = (name: string): boolean => name in icons;
export const iconOf = (name: string): Icon => (icons[name] ?? Box) as Icon;
