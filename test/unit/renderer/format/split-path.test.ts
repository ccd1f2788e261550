import { describe, expect, it } from 'vitest'
import { splitPath } from '@renderer/format/split-path'

const pieces = (text: string): [string, string] => {
  const at = splitPath(text)
  return [text.slice(0, at), text.slice(at)]
}

describe('a path where room is short', () => {
  it.each([
    ['/etc/ld.so.cache', ['/etc/', 'ld.so.cache']],
    ['/usr/lib/', ['/usr/', 'lib/']],
    ['/tmp', ['', '/tmp']],
    ['/', ['', '/']],
    ['', ['', '']],
    ['127.0.0.1:80/tcp', ['', '127.0.0.1:80/tcp']],
    [`/a/${'x'.repeat(200)}`, ['', `/a/${'x'.repeat(200)}`]],
  ])('%s', (text, expected) => {
    expect(pieces(text)).toEqual(expected)
  })
})
