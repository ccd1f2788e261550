/** Whether anything happens: on an idle machine nothing that the store is asked has a new answer, so nothing is asked. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { useConnection } from './connection'
import { useSessions } from './sessions'

export const useActivity = defineStore('activity', () => {
  const connection = useConnection()
  const sessions = useSessions()

  /** Another text after records came or went, a counter of the kernel or the helper moved, or the connection changed. */
  const mark = computed(() => {
    const { sample, current } = connection
    const kernel = sample?.kernel
    return JSON.stringify([
      current.state,
      current.mode,
      sessions.storeState,
      sessions.list,
      sessions.tick,
      kernel && [kernel.lost, kernel.backlog, kernel.backlogLimit, kernel.backlogWaitTimeActual],
      sample && [sample.drain.records, sample.socket?.drops, sample.ring.droppedRecords],
    ])
  })
  return { mark }
})
