// SPDX-License-Identifier: MIT
// The search of the site: looks into search-index.js, and lists the sections that fit best.
/* global MiniSearch, searchIndex */
const index = MiniSearch.loadJSON(searchIndex.index, searchIndex.options)
const input = document.querySelector('.search input')
const list = document.querySelector('.search ol')
const root = document.documentElement.dataset.root

function show() {
  const options = { prefix: true, fuzzy: 0.2, boost: { heading: 4, page: 2 }, combineWith: 'AND' }
  const found = input.value.trim() === '' ? [] : index.search(input.value, options).slice(0, 12)
  list.hidden = input.value.trim() === ''
  list.replaceChildren(
    ...(found.length > 0
      ? found.map(item)
      : [Object.assign(document.createElement('li'), { textContent: 'Nothing found' })]),
  )
}

function item({ address, heading, page }) {
  const link = document.createElement('a')
  link.href = `${root}/${address}`
  link.textContent = heading === page ? heading : `${page}: ${heading}`
  const entry = document.createElement('li')
  entry.append(link)
  return entry
}

input.addEventListener('input', show)
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault()
    input.focus()
  } else if (event.key === 'Escape') {
    input.value = ''
    show()
    input.blur()
  } else if (event.key === 'Enter' && document.activeElement === input) list.querySelector('a')?.click()
})
