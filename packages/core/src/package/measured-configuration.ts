import type { Project } from '../project/project.ts'
import type { MeasuredConfiguration } from './index-file.ts'

/** What of a project is measured: everything that decides how the application runs, and nothing of where. */
export function measuredConfiguration(project: Project): MeasuredConfiguration {
  return {
    name: project.name,
    python_application: project.pythonApplication,
    healthcheck_endpoint: project.healthcheckEndpoint,
    argv: ['-I', '-S', '-B', '/opt/mse/launcher'],
    environment: {},
    hardware: project.hardware,
    storage: project.storage,
    threads: project.threads,
    restart: project.restart,
    logs: 'operator',
    log_key: null,
    tls: project.tls.mode,
    client_ca: project.clientCa ?? null,
    proxy: project.proxy,
  }
}
