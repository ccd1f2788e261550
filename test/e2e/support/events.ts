/** The Events view as a user sees it: rows, cells, menus, the filter bar, the inspector. */
import type { Locator, Page } from 'playwright-core'

/** Ids of the grid's columns that tests point at. */
type Column = 'time' | 'event' | 'who' | 'what' | 'object' | 'result' | 'comm' | 'key' | 'serial'

export class EventsView {
  constructor(readonly page: Page) {}

  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Events' })
  }
  get filter(): Locator {
    return this.page.getByRole('combobox', { name: 'Filter' })
  }
  get conditions(): Locator {
    return this.page.getByRole('list', { name: 'Filter conditions' }).getByRole('listitem')
  }
  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' })
  }
  get selected(): Locator {
    return this.grid.locator('[role="row"][aria-selected="true"]')
  }

  /** The cells of a column that are on the screen. */
  cells(column: Column): Locator {
    return this.grid.locator(`[role="row"]:visible .cell-${column}`)
  }

  /** The first cell on the screen whose text is just this. */
  cell(column: Column, text: string): Locator {
    return this.cells(column)
      .filter({ hasText: new RegExp(`^${escape(text)}$`) })
      .first()
  }

  /** Selects the row of a cell, and waits until it has the focus. */
  async select(cell: Locator): Promise<void> {
    await cell.click()
    await cell.locator('xpath=ancestor::*[contains(@class, "focused")]').waitFor()
  }

  /** What a column shows from top to bottom. */
  async texts(column: Column): Promise<string[]> {
    const rows = await this.cells(column).evaluateAll((cells) =>
      cells.map((cell) => ({ top: cell.getBoundingClientRect().top, text: cell.textContent })),
    )
    return rows.sort((a, b) => a.top - b.top).map(({ text }) => text)
  }

  /** Waits until the line over the grid says so: `31 of 1,144 events`. */
  async says(text: string | RegExp): Promise<void> {
    await this.page.getByRole('main').getByText(text).first().waitFor()
  }

  /** Opens the menu of a cell and chooses an entry, through a submenu where two are given. */
  async choose(cell: Locator, ...entries: string[]): Promise<void> {
    await cell.click({ button: 'right' })
    for (const entry of entries) {
      await this.page.getByRole('menuitem', { name: entry, exact: false }).click()
    }
  }

  async filterBy(query: string): Promise<void> {
    await this.page.keyboard.press('Control+f')
    await this.filter.fill(query)
    await this.filter.press('Enter')
    await this.filter.waitFor({ state: 'detached' })
  }

  async clearFilter(): Promise<void> {
    const clear = this.page.getByRole('button', { name: 'Remove filter and time range' })
    await clear.first().click()
    await this.conditions.first().waitFor({ state: 'detached' })
  }

  /** Texts of the filter's chips. */
  async chips(): Promise<string[]> {
    return (await this.conditions.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
