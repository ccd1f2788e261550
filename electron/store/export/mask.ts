/**
 * Hides what look like secrets in command lines before events leave the machine: passwords, tokens, keys. A guess by
 * names and forms; what is hidden becomes `***`, everything else stays byte by byte.
 */
import { AuditEvent } from '@native/audit/event'
import type { AuditRecord } from '@native/audit/record'
import { RecordParser, untrustedText } from '@native/audit/record'
import { TYPE, recordTypeNumber } from '@native/audit/tables'
import { encodeUtf8, latin1, latin1Bytes } from '@native/audit/text'

export const HIDDEN = '***'
const NAMES =
  'pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|auth(?:orization)?'
/** An option or variable that is named like a secret, with its value in the same word. */
const ASSIGNED = new RegExp(`^(-{0,2}[\\w.-]*(?:${NAMES})[\\w-]*[=:])(.+)$`, 'is')
/** An option whose value is the next word. */
const OPTION = new RegExp(`^--?[\\w-]*(?:${NAMES})[\\w-]*$`, 'i')
/** User and password inside of a URL. */
const URL_PASSWORD = /(\w+:\/\/[^\s/:@]+:)([^\s/@]+)(@)/g
/** `mysql -pSECRET`. */
const SHORT_PASSWORD = /^-p(?=.{3})(?!\d+$).+$/
const MYSQL = /(?:^|\/)(?:mysql|mysqldump|mysqladmin|mariadb(?:-dump)?)$/
/** `curl -u user:SECRET`. */
const USER_PASSWORD = /^([^:\s]+:)(.+)$/s

/** The words of a command with its secrets hidden. */
export function maskWords(words: readonly string[]): string[] {
  let nextIsSecret = false
  let nextIsUser = false
  return words.map((word, index) => {
    if (nextIsSecret) {
      nextIsSecret = false
      if (!word.startsWith('-')) return HIDDEN
    }
    if (nextIsUser) {
      nextIsUser = false
      return word.replace(USER_PASSWORD, `$1${HIDDEN}`)
    }
    if (index > 0 && OPTION.test(word)) {
      nextIsSecret = true
      return word
    }
    nextIsUser = index > 0 && /^(?:-u|--user)$/.test(word)
    if (index > 0 && MYSQL.test(words[0]!) && SHORT_PASSWORD.test(word)) return `-p${HIDDEN}`
    return word.replace(ASSIGNED, `$1${HIDDEN}`).replace(URL_PASSWORD, `$1${HIDDEN}$3`)
  })
}

/** A command line whose words have spaces between them, with its secrets hidden. */
export function maskText(text: string): string {
  return maskWords(text.split(' ')).join(' ')
}

const USER_CMD = recordTypeNumber('USER_CMD')!
const TTY_TYPES = [TYPE.TTY, TYPE.USER_TTY]
const EXECVE_WORD = /( |^)(a\d+)=("[^"]*"|\S+)/g
const ENCODED = /^[0-9A-F]+$/

/** The same event with the secrets of its command lines hidden; typed keys are hidden altogether. */
export function maskEvent(event: AuditEvent): AuditEvent {
  return new AuditEvent(event.records.map(maskRecord), event.completion)
}

const parser = new RecordParser()

function maskRecord(record: AuditRecord): AuditRecord {
  const body = latin1(record.bytes, record.body, record.end)
  const masked = maskBody(record.type, body)
  if (masked === body) return record
  const bytes = latin1Bytes(latin1(record.bytes, record.start, record.body) + masked)
  return parser.line(bytes) ?? record
}

function maskBody(type: number, body: string): string {
  if (type === TYPE.PROCTITLE)
    return body.replace(/^proctitle=(\S+)/, (_, raw: string) => `proctitle=${maskLine(raw, '\0')}`)
  if (type === USER_CMD)
    return body.replace(
      /( cmd=)("[^"]*"|[^\s']+)/,
      (_, name: string, raw: string) => name + maskLine(raw, ' '),
    )
  if (type === TYPE.EXECVE) return maskExecve(body)
  if (TTY_TYPES.includes(type)) return body.replace(/(\bdata=)("[^"]*"|[^\s']+)/, `$1"${HIDDEN}"`)
  return body
}

/** A command line in one value, its words parted by `separator`. */
function maskLine(raw: string, separator: string): string {
  const text = textOf(raw)
  const masked = maskWords(text.split(separator)).join(separator)
  return masked === text ? raw : encoded(masked)
}

/** Words of EXECVE; the parts of a long one (`a1[0]=`) are left: they cannot be judged one by one, and are not secrets by name. */
function maskExecve(body: string): string {
  const raws = [...body.matchAll(EXECVE_WORD)].map((match) => match[3]!)
  const words = raws.map(textOf)
  const masked = maskWords(words)
  let index = 0
  return body.replace(EXECVE_WORD, (whole, space: string, name: string) => {
    const at = index++
    return masked[at] === words[at] ? whole : `${space}${name}=${encoded(masked[at]!)}`
  })
}

function textOf(raw: string): string {
  const bytes = latin1Bytes(raw)
  return untrustedText(bytes, 0, bytes.length)
}

/** As the kernel writes an untrusted string (lib/audit.c: audit_log_untrustedstring). */
function encoded(text: string): string {
  const bytes = encodeUtf8(text)
  const plain = bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22)
  if (plain && !ENCODED.test(text)) return `"${text}"`
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}
