"""What happens to an idea: stages, configs, queues and backends. Knows no disk layout and no HTTP server."""
