export const APPLICATION_EXPECTED = 'module:variable, such as "app:app" or "shop.web:application"'

const NAME = String.raw`[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*`
const APPLICATION = new RegExp(`^(${NAME}(?:\\.${NAME})*):(${NAME}(?:\\.${NAME})*)$`, 'u')

/** `shop.web:application` → module and variable; both may be dotted names of Python. */
export function readApplication(text: string): { module: string; variable: string } | undefined {
  const [, module, variable] = APPLICATION.exec(text.trim()) ?? []
  return text.length > 255 || module === undefined || variable === undefined ? undefined : { module, variable }
}

/** The files that can be a module: `shop.web` → `shop/web.py`, `shop/web/__init__.py`. */
export function moduleFiles(module: string): readonly [file: string, folder: string] {
  const path = module.replaceAll('.', '/')
  return [`${path}.py`, `${path}/__init__.py`]
}
