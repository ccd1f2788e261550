/** What a user does in Events while events arrive without a pause. */
import { expect } from 'vitest'
import type { App } from './app'
import { EventsView } from './events'

/** Follow, stand still, keep the selection, pause and be hidden while events arrive without a pause. */
export async function browseUnderLoad(app: App): Promise<void> {
  const { page } = app
  const events = new EventsView(page)
  const newest = async (): Promise<string> => (await events.texts('time')).at(-1) ?? ''
  await page.mouse.move(5, 5)
  await events.grid.press('End')
  const following = page.getByRole('button', { name: 'Following' })
  await following.waitFor()
  const before = await newest()
  await expect.poll(newest).not.toBe(before)

  // A chosen row stays where it is, and chosen, however many arrive.
  await events.cells('time').nth(10).click()
  await events.selected.waitFor()
  await page.getByRole('button', { name: 'Follow', exact: true }).waitFor()
  const chosen = await events.selected.innerText()
  const top = (await events.selected.boundingBox())!.y
  await page.getByRole('button', { name: /^[\d,]+ new/ }).waitFor()
  await expect
    .poll(async () => Number((await page.locator('.unseen').innerText()).replace(/\D/g, '')))
    .toBeGreaterThan(500)
  expect(await events.selected.innerText()).toBe(chosen)
  expect((await events.selected.boundingBox())!.y).toBe(top)

  // Scrolling up while following lets go of the end; End takes hold of it again.
  await page.mouse.move(5, 5)
  await events.grid.press('End')
  await following.waitFor()
  await events.cells('time').nth(5).hover()
  await page.mouse.wheel(0, -600)
  await page.getByRole('button', { name: 'Follow', exact: true }).waitFor()
  const still = await events.texts('time')
  await page.getByRole('button', { name: /^[\d,]+ new/ }).waitFor()
  expect(await events.texts('time')).toEqual(still)
  await page.mouse.move(5, 5)
  await events.grid.press('End')
  await following.waitFor()

  // Paused views stand still; the status bar says so.
  await page.keyboard.press('Space')
  await page.getByText('paused', { exact: true }).waitFor()
  await page.keyboard.press('Space')
  await page.getByText('paused', { exact: true }).waitFor({ state: 'detached' })
}
