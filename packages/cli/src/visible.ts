// What we colour with, and any colour: everything else that steers a terminal is shown instead of obeyed.
const OWN_STYLE = String.raw`\x1b\[(?:1|2|22|3[1-3]|39)m`
const ANY_COLOUR = String.raw`\x1b\[[0-9;]*m`
const CONTROL = String.raw`[\x00-\x08\x0b-\x1f\x7f-\x9f]`

/** Text for stderr. Parts of it may come from an operator, who shall not draw on the owner's terminal. */
export function visible(text: string): string {
  return escape(text, OWN_STYLE)
}

/** The product on a terminal: logs may be colourful, and no more than that. */
export function visibleProduct(text: string): string {
  return escape(text, ANY_COLOUR)
}

function escape(text: string, allowed: string): string {
  return text.replace(new RegExp(`${allowed}|\\r\\n|${CONTROL}`, 'g'), (found) =>
    found.length > 1 ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
