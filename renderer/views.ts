/** The views: one table that the sidebar, the palette, Alt+digit and the router read. */
import { defineAsyncComponent, type Component } from 'vue'
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
    title: 'Overview',
    icon: 'overview',
    group: 'see',
    question: 'Is all well, and is the picture complete?',
    events: false,
    component: lazy(() => import('./views/Overview.vue')),
  },
  {
    name: 'events',
    title: 'Events',
    icon: 'events',
    group: 'see',
    question: 'What happens, one event a row?',
    events: true,
    component: lazy(() => import('./views/Events.vue')),
  },
  {
    name: 'processes',
    title: 'Processes',
    icon: 'processes',
    group: 'see',
    question: 'Which processes cause the events?',
    events: true,
    component: lazy(() => import('./views/Processes.vue')),
  },
  {
    name: 'syscalls',
    title: 'Syscalls',
    icon: 'syscalls',
    group: 'see',
    question: 'Which system calls, and which of them fail?',
    events: true,
    component: lazy(() => import('./views/Syscalls.vue')),
  },
  {
    name: 'files',
    title: 'Files',
    icon: 'files',
    group: 'see',
    question: 'Which files are touched?',
    events: true,
    component: lazy(() => import('./views/Files.vue')),
  },
  {
    name: 'users',
    title: 'Users',
    icon: 'users',
    group: 'see',
    question: 'Who acts?',
    events: true,
    component: lazy(() => import('./views/Users.vue')),
  },
  {
    name: 'keys',
    title: 'Keys',
    icon: 'keys',
    group: 'see',
    question: 'Which rules make the events?',
    events: true,
    component: lazy(() => import('./views/Keys.vue')),
  },
  {
    name: 'connections',
    title: 'Connections',
    icon: 'connections',
    group: 'see',
    question: 'Which addresses are talked to?',
    events: true,
    component: lazy(() => import('./views/Connections.vue')),
  },
  {
    name: 'rules',
    title: 'Rules',
    icon: 'rules',
    group: 'steer',
    question: 'What does the kernel record?',
    events: false,
    component: lazy(() => import('./views/Rules.vue')),
  },
  {
    name: 'limits',
    title: 'Limits',
    icon: 'limits',
    group: 'steer',
    question: 'What happens under load?',
    events: false,
    component: lazy(() => import('./views/Limits.vue')),
  },
  {
    name: 'lab',
    title: 'Lab',
    icon: 'lab',
    group: 'steer',
    question: 'What would happen under overload?',
    events: false,
    component: lazy(() => import('./views/Lab.vue')),
  },
  {
    name: 'diagnosis',
    title: 'Diagnosis',
    icon: 'diagnosis',
    group: 'steer',
    question: 'Why are there no events, and what was not seen?',
    events: false,
    component: lazy(() => import('./views/Diagnosis.vue')),
  },
  {
    name: 'settings',
    title: 'Settings',
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
