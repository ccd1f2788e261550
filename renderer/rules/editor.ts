/** The rules editor: CodeMirror with the language of native/audit/rule. Knows nothing of Vue and of the kernel. */
import {
  autocompletion,
  closeCompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics, type Diagnostic as Mark } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import type { Diagnostic, RuleContext } from '@native/audit/rule'
import { completeAt, helpAt, type CompletionNames } from '@native/audit/rule/editor'
import { tokenize } from './highlight'

export interface RuleEditorOptions {
  parent: HTMLElement
  text: string
  readOnly: boolean
  context: () => RuleContext
  /** Names to complete with. */
  names: () => CompletionNames
  /** What is wrong with the lines from one offset to another, or could be better. */
  problems: (from: number, to: number) => readonly Diagnostic[]
  /** The user has typed. */
  changed: (text: string) => void
}

export interface RuleEditor {
  /** Replaces the text when it differs, as one step of the editor's own history. */
  setText(text: string): void
  /** Marks the problems of the lines on the screen anew. */
  markProblems(): void
  setReadOnly(readOnly: boolean): void
  /** Puts the cursor there and scrolls to it. */
  reveal(offset: number): void
  destroy(): void
}

/** Marks changes that came from outside, so that they are not told back. */
const fromOutside = Annotation.define<boolean>()

const SEVERITIES = { error: 'error', warning: 'warning', advice: 'info' } as const

/** Names of the tokens that {@link tokenize} makes → their colours in the theme below. */
const highlight = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--accent)' },
  { tag: tags.propertyName, color: 'var(--text)', fontWeight: '600' },
  { tag: tags.operator, color: 'var(--text-muted)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--warning)' },
])

const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--bg)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-data)',
    fontSize: 'var(--size-data)',
    lineHeight: '20px',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--bg-raised)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--bg-hover) 50%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--bg-hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--bg-selected) !important',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--bg-float)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-hover, .cm-tooltip-lint': { maxWidth: '520px', padding: '4px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--bg-selected)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--text-muted)', fontStyle: 'normal' },
  '.cm-diagnostic': { borderLeftWidth: '3px' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: 'var(--radius)',
  },
  '.cm-lint-marker': { width: '10px', height: '10px', borderRadius: '50%', content: 'none' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--danger)' },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--warning)', borderRadius: '2px' },
  '.cm-lint-marker-info': { border: '2px solid var(--note)' },
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    borderBottom: '1px dotted var(--note)',
  },
  '.cm-panels': { backgroundColor: 'var(--bg-raised)', color: 'var(--text)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warning-bg)', outline: '1px solid var(--warning)' },
})

function completions({ context, names }: RuleEditorOptions) {
  return (at: CompletionContext): CompletionResult | null => {
    const line = at.state.doc.lineAt(at.pos)
    if (!at.explicit && !at.matchBefore(/\S/)) return null
    const found = completeAt(line.text, at.pos - line.from, context(), names())
    if (!found) return null
    return {
      from: line.from + found.from,
      to: line.from + found.to,
      options: found.suggestions.map(({ label, detail }) => ({ label, detail })),
      filter: false,
    }
  }
}

function help({ context }: RuleEditorOptions) {
  return hoverTooltip((view, position): Tooltip | null => {
    const line = view.state.doc.lineAt(position)
    const found = helpAt(line.text, position - line.from, context())
    if (!found) return null
    return {
      pos: line.from + found.start,
      end: line.from + found.end,
      above: true,
      create: () => {
        const dom = document.createElement('div')
        dom.textContent = [found.title, ...found.text].join('\n')
        dom.style.whiteSpace = 'pre-line'
        return { dom }
      },
    }
  })
}

/** A problem as the editor marks it, with its fixes as buttons. */
function markOf({ start, end, severity, message, hint, fixes }: Diagnostic): Mark {
  return {
    from: start,
    to: end,
    severity: SEVERITIES[severity],
    message: hint ? `${message} ${hint}` : message,
    actions: fixes.map(({ title, edits }) => ({
      name: title,
      apply: (view) =>
        view.dispatch({
          changes: edits.map((edit) => ({ from: edit.start, to: edit.end, insert: edit.text })),
        }),
    })),
  }
}

/** Makes an editor; call `destroy` when it is no longer shown. */
export function createRuleEditor(options: RuleEditorOptions): RuleEditor {
  const { parent, text, readOnly, problems, changed } = options
  let destroyed = false
  /** The lines whose problems are marked. */
  let marked = { from: 0, to: 0 }
  const access = new Compartment()
  const accessOf = (locked: boolean) => [
    EditorState.readOnly.of(locked),
    EditorView.editable.of(!locked),
  ]
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        StreamLanguage.define({ name: 'audit-rules', token: tokenize }),
        syntaxHighlighting(highlight),
        lintGutter(),
        autocompletion({ override: [completions(options)], icons: false }),
        help(options),
        keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': 'Rules as text', spellcheck: 'false' }),
        access.of(accessOf(readOnly)),
        theme,
        EditorView.updateListener.of((update) => {
          const own = !update.transactions.some((each) => each.annotation(fromOutside))
          if (update.docChanged && own) changed(update.state.doc.toString())
          if (update.viewportChanged && !update.docChanged) markLater()
        }),
      ],
    }),
  })

  /** After scrolling. While it measures, the view cannot be updated; and marking must not lead to marking. */
  function markLater(): void {
    const { from, to } = view.viewport
    if (from >= marked.from && to <= marked.to) return
    marked = { from, to }
    queueMicrotask(markProblems)
  }

  // Only what is on the screen: a mark for each piece of advice in a long file would cost more than reading the file.
  function markProblems(): void {
    if (destroyed) return
    const { from, to } = view.viewport
    marked = { from, to }
    const { length } = view.state.doc
    // A text from outside is in the editor a moment after it was read.
    const marks = problems(from, to).filter(({ end }) => end <= length)
    view.dispatch(setDiagnostics(view.state, marks.map(markOf)))
  }
  markProblems()

  return {
    setText(next) {
      if (next === view.state.doc.toString()) return
      closeCompletion(view)
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: next },
        annotations: fromOutside.of(true),
      })
    },
    markProblems,
    setReadOnly(locked) {
      view.dispatch({ effects: access.reconfigure(accessOf(locked)) })
    },
    reveal(offset) {
      const anchor = Math.min(offset, view.state.doc.length)
      view.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
      })
      view.focus()
    },
    destroy() {
      destroyed = true
      view.destroy()
    },
  }
}
