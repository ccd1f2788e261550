// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useFilter } from '@renderer/stores/filter'
import { useHistory } from '@renderer/stores/history'

beforeEach(() => setActivePinia(createPinia()))

describe('the filter', () => {
  it('adds terms with and, and keeps an or together', () => {
    const filter = useFilter()
    filter.include('syscall=unlink')
    filter.include('user=alice or user=bob')
    expect(filter.query).toBe('syscall=unlink and (user=alice or user=bob)')
    filter.exclude('key=noise')
    expect(filter.query).toBe('syscall=unlink and (user=alice or user=bob) and not key=noise')
  })

  it('can be undone and redone step by step, together with the time range', () => {
    const filter = useFilter()
    const history = useHistory()
    filter.setQuery('uid=0')
    filter.setRange({ from: 1, to: 2 })
    filter.clear()
    expect(filter.active).toBe(false)
    history.undo()
    expect([filter.query, filter.range]).toEqual(['uid=0', { from: 1, to: 2 }])
    history.undo()
    expect([filter.query, filter.range]).toEqual(['uid=0', {}])
    history.redo()
    expect(filter.range).toEqual({ from: 1, to: 2 })
    expect(history.nextRedo).toBe('Filter removed')
  })

  it('makes no step of what changes nothing', () => {
    const filter = useFilter()
    filter.setQuery('uid=0')
    filter.setQuery('  uid=0 ')
    expect(useHistory().nextUndo).toBe('Filter uid=0')
    useHistory().undo()
    expect(useHistory().nextUndo).toBe(null)
  })

  it('forgets what could be redone when something else is done', () => {
    const filter = useFilter()
    const history = useHistory()
    filter.setQuery('uid=0')
    history.undo()
    filter.setQuery('uid=1')
    expect(history.nextRedo).toBe(null)
  })
})

describe('terms that are added by clicks', () => {
  it('replace their opposite, are not doubled, and a broken one changes nothing', () => {
    const filter = useFilter()
    filter.include('key=noise')
    filter.exclude('key=noise')
    expect(filter.query).toBe('not key=noise')
    filter.exclude('key=noise')
    expect(filter.query).toBe('not key=noise')
    filter.include('((')
    expect(filter.query).toBe('not key=noise')
  })
})
