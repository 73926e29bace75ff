import { join } from 'node:path'

/** A folder of golden vectors: `vectors.json`, the folders of its cases, `errors.json`. */
export interface Vectors {
  readonly pkglibdir: string
  /** A path, and a remark in brackets. */
  readonly default_libos_file: string
  readonly cases: readonly Case[]
}

/** Gramine's library operating system as the vectors name it, and where their stand-in for it lies. */
export function libosOf(folder: string, vectors: Vectors, pkglibdir: string): { uri: string; path: string } {
  const [path = ''] = vectors.default_libos_file.split(' (')
  return { uri: `file:${pkglibdir}/libsysdb.so`, path: join(folder, path) }
}

/** One manifest that the real signer took, and what it made of it. Paths are relative to `cwd`. */
export interface Case {
  readonly name: string
  readonly dir: string
  readonly cwd: string
  readonly libpal: string
  readonly key: string
  readonly date: string
  readonly pkglibdir: string
  readonly chroot: string | null
  readonly argv: readonly string[]
  readonly template?: string
  readonly defines?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<'manifest' | 'manifest_sgx' | 'sig' | 'tree', string>>
  readonly expected: {
    readonly mrenclave: string
    readonly mrsigner: string
    readonly manifest_sgx_sha256: string
    readonly sig_sha256: string
    readonly sigstruct: SigstructFields
    readonly areas_in_hash_order: readonly ListedArea[]
  }
}

/** One questionable manifest, and what the signer and the renderer did with it. */
export interface Questionable {
  readonly name: string
  readonly manifest: string
  readonly sign_rc: number
  readonly manifest_tool_rc: number
  readonly manifest_sgx: string | null
  readonly mrenclave: string | null
  readonly sigstruct: SigstructFields | null
}

export interface SigstructFields {
  readonly mr_signer: string
  readonly mr_enclave: string
  readonly isv_prod_id: number
  readonly isv_svn: number
  readonly attribute_flags: string
  readonly attribute_xfrms: string
  readonly misc_select: string
  readonly attribute_flags_mask: string
  readonly attribute_xfrm_mask: string
  readonly misc_mask: string
  readonly date: string
  readonly debug_enclave: boolean
}

export interface ListedArea {
  readonly desc: string
  readonly start: string
  readonly end: string
  readonly type: string
  readonly prot: string
  readonly measured: boolean
  readonly count?: number
  readonly last_start?: string
}

/** A file or a link that a case starts from. */
export interface TreeEntry {
  readonly path: string
  readonly text?: string
  readonly base64?: string
  readonly symlink?: string
}
