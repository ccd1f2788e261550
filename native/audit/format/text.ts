import { Digester, type AuditEvent } from '../event'
import { describeEvent } from '../interpret/describe'
import type { Resolver } from '../interpret/resolver'
import { escapeForDisplay } from '../text'
import type { ByteOutput } from './output'
import { Clock } from './time'
import type { EventWriter } from './writer'

/** Writes one sentence an event: `2026-11-23 01:14:11.612 alice (as root) failed to delete /etc/shadow: Permission denied`. */
export class TextWriter implements EventWriter {
  private readonly digester = new Digester()
  private readonly clock = Clock.plain()

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    const { sentence } = describeEvent(event, this.digester.of(event), this.resolver)
    const node = event.node === '' ? '' : `${event.node} `
    this.out.text(`${this.clock.format(event.time)} ${escapeForDisplay(node + sentence)}\n`)
  }
}
