/** Passes record frames on to the store and bounds what is on the way to it. Free of Electron, so that benches run it. */
import { MAX_UNACKED_BYTES, type StoreHostMessage } from '@contract/store-host'
import { recordCount } from '@native/audit/netlink/records-frame'

export class StoreFeed {
  #unacked = 0

  constructor(private readonly post: (message: StoreHostMessage) => void) {}

  /** Passes a frame on, or drops it, counted, when the store lags more than the bound allows: the newest goes. */
  records(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#unacked + bytes.byteLength > MAX_UNACKED_BYTES) {
      const records = recordCount(bytes)
      this.post({ kind: 'dropped', bytes: bytes.byteLength, frames: 1, records })
      return
    }
    this.#unacked += bytes.byteLength
    this.post({ kind: 'records', bytes })
  }

  /** The store has put so many bytes safely away. */
  acknowledged(bytes: number): void {
    this.#unacked -= bytes
  }

  /** The store's process ended; returns the bytes that were on the way to it. */
  restart(): number {
    const gone = this.#unacked
    this.#unacked = 0
    return gone
  }
}
