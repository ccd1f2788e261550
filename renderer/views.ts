/** The views: one table that the sidebar, the palette, Alt+digit and the router read. */
import { defineAsyncComponent, type Component } from 'vue'
import { VIEW_TITLES } from '@contract/commands'
import type { ViewName } from '@contract/ipc'
import type { IconName } from './components/base/icons'
import ViewLoading from './components/frame/ViewLoading.vue'
import ViewFailed from './components/frame/ViewFailed.vue'

export interface View {
  name: ViewName
  title: string
  icon: IconName
  /** Sidebar group; a line separates them. */
  group: 'see' | 'steer' | 'app'
  /** Question that the view answers; shown as the tooltip and in the palette. */
  question: string
  /** Whether the view shows events: only these have the time strip and obey the filter. */
  events: boolean
  component: Component
}

type Loader = () => Promise<Component>

/** A view is loaded when it is opened for the first time. */
const lazy = (loader: Loader): Component =>
  defineAsyncComponent({
    loader,
    loadingComponent: ViewLoading,
    errorComponent: ViewFailed,
    delay: 120,
  })

export const VIEWS: readonly View[] = [
  {
    name: 'overview',
    title: VIEW_TITLES.overview,
    icon: 'overview',
    group: 'see',
    question: 'Is all well, and is the picture complete?',
    events: false,
    component: lazy(() => import('./views/Overview.vue')),
  },
  {
    name: 'events',
    title: VIEW_TITLES.events,
    icon: 'events',
    group: 'see',
    question: 'What happens, one event a row?',
    events: true,
    component: lazy(() => import('./views/Events.vue')),
  },
  {
    name: 'processes',
    title: VIEW_TITLES.processes,
    icon: 'processes',
    group: 'see',
    question: 'Which processes cause the events?',
    events: true,
    component: lazy(() => import('./views/Processes.vue')),
  },
  {
    name: 'syscalls',
    title: VIEW_TITLES.syscalls,
    icon: 'syscalls',
    group: 'see',
    question: 'Which system calls, and which of them fail?',
    events: true,
    component: lazy(() => import('./views/Syscalls.vue')),
  },
  {
    name: 'files',
    title: VIEW_TITLES.files,
    icon: 'files',
    group: 'see',
    question: 'Which files are touched?',
    events: true,
    component: lazy(() => import('./views/Files.vue')),
  },
  {
    name: 'users',
    title: VIEW_TITLES.users,
    icon: 'users',
    group: 'see',
    question: 'Who acts?',
    events: true,
    component: lazy(() => import('./views/Users.vue')),
  },
  {
    name: 'keys',
    title: VIEW_TITLES.keys,
    icon: 'keys',
    group: 'see',
    question: 'Which rules make the events?',
    events: true,
    component: lazy(() => import('./views/Keys.vue')),
  },
  {
    name: 'connections',
    title: VIEW_TITLES.connections,
    icon: 'connections',
    group: 'see',
    question: 'Which addresses are talked to?',
    events: true,
    component: lazy(() => import('./views/Connections.vue')),
  },
  {
    name: 'rules',
    title: VIEW_TITLES.rules,
    icon: 'rules',
    group: 'steer',
    question: 'What does the kernel record?',
    events: false,
    component: lazy(() => import('./views/Rules.vue')),
  },
  {
    name: 'limits',
    title: VIEW_TITLES.limits,
    icon: 'limits',
    group: 'steer',
    question: 'What happens under load?',
    events: false,
    component: lazy(() => import('./views/Limits.vue')),
  },
  {
    name: 'lab',
    title: VIEW_TITLES.lab,
    icon: 'lab',
    group: 'steer',
    question: 'What would happen under overload?',
    events: false,
    component: lazy(() => import('./views/Lab.vue')),
  },
  {
    name: 'diagnosis',
    title: VIEW_TITLES.diagnosis,
    icon: 'diagnosis',
    group: 'steer',
    question: 'Why are there no events, and what was not seen?',
    events: false,
    component: lazy(() => import('./views/Diagnosis.vue')),
  },
  {
    name: 'settings',
    title: VIEW_TITLES.settings,
    icon: 'settings',
    group: 'app',
    question: 'How does the app look and behave?',
    events: false,
    component: lazy(() => import('./views/Settings.vue')),
  },
]

/** The view of a name. */
export function viewOf(name: ViewName): View {
  return VIEWS.find((view) => view.name === name) ?? VIEWS[0]!
}
