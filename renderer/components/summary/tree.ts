/** Processes as a tree: who spawned whom, with what their descendants did added up. */
import type { SummaryRow } from '@contract/store'

/** A line of the tree. */
export interface TreeRow {
  row: SummaryRow
  depth: number
  /** Number of processes below it. */
  descendants: number
  /** Events of it and of all below it. */
  subtreeEvents: number
  open: boolean
}

interface Node {
  row: SummaryRow
  children: Node[]
  descendants: number
  subtreeEvents: number
}

const pidOf = (row: SummaryRow): number | null => row.process?.pid ?? null

/** Builds the forest. A process whose parent made no events stands at the top; cycles (reused pids) are cut. */
function forest(rows: readonly SummaryRow[]): Node[] {
  const nodes = rows.map((row): Node => ({ row, children: [], descendants: 0, subtreeEvents: 0 }))
  const byPid = new Map<number, Node>()
  // Of several processes that had a pid, the busiest counts as the parent.
  for (const node of nodes) {
    const pid = pidOf(node.row)
    if (pid !== null && !byPid.has(pid)) byPid.set(pid, node)
  }
  const roots: Node[] = []
  const parents = new Map<Node, Node>()
  for (const node of nodes) {
    const parent = byPid.get(node.row.process?.ppid ?? -1)
    if (parent === undefined || isBelow(parent, node, parents)) {
      roots.push(node)
    } else {
      parents.set(node, parent)
      parent.children.push(node)
    }
  }
  for (const root of roots) addUp(root)
  return roots
}

/** Whether `node` is `ancestor` or below it. */
function isBelow(node: Node, ancestor: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at)) {
    if (at === ancestor) return true
  }
  return false
}

function addUp(root: Node): void {
  // Without recursion: a chain of forks can be deeper than the stack.
  const order: Node[] = []
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    order.push(node)
    open.push(...node.children)
  }
  for (const node of order.reverse()) {
    node.subtreeEvents = node.row.events
    for (const child of node.children) {
      node.subtreeEvents += child.subtreeEvents
      node.descendants += child.descendants + 1
    }
  }
}

/** The lines that are shown; children stand in the order of the rows given. `folded` has keys (filters) of rows. */
export function treeRows(rows: readonly SummaryRow[], folded: ReadonlySet<string>): TreeRow[] {
  const lines: TreeRow[] = []
  const open = forest(rows)
    .reverse()
    .map((node) => ({ node, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next
    const isOpen = !folded.has(node.row.filter)
    const { row, descendants, subtreeEvents } = node
    lines.push({ row, depth, descendants, subtreeEvents, open: isOpen })
    if (!isOpen) continue
    for (const child of [...node.children].reverse()) open.push({ node: child, depth: depth + 1 })
  }
  return lines
}

/** The pids of a process and of all below it. */
export function subtreePids(rows: readonly SummaryRow[], filter: string): number[] {
  const lines = treeRows(rows, new Set())
  const at = lines.findIndex(({ row }) => row.filter === filter)
  const top = lines[at]
  if (top === undefined) return []
  const below = lines.slice(at, at + 1 + top.descendants)
  return [...new Set(below.map(({ row }) => pidOf(row)).filter((pid) => pid !== null))]
}
