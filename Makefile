# The usual commands under the usual names; `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check-deploy migrate seed openapi bench

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: ## serve everything locally, with a PostgreSQL of its own
	cargo dev

test: ## run all tests
	cargo test

check-deploy: ## look through a deployment's variables: make check-deploy ENV_FILE=.env.production
	cargo dev check-deploy $(if $(ENV_FILE),--env-file $(ENV_FILE))

migrate: ## bring the schema of the database up to date
	cargo dev migrate

seed: ## load the sample data
	cargo dev seed

openapi: ## write docs/openapi.json from the code
	cargo dev openapi

bench: ## measure the functions, built as they are deployed
	cargo build --release && cargo run --release --package dev -- bench
