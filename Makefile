# What each target needs is installed first: see .ci/install-packages, which asks for nothing that is there already.
SWIFT ?= swift
BUILD = $(SWIFT) build --build-system native

.PHONY: help serve build test bench format lint ci clean

help:
	@echo 'make serve   install what is missing, build, and serve hooks/ on 127.0.0.1:8080'
	@echo 'make build   the release build alone: .build/release/grapnel'
	@echo 'make test    all tests'
	@echo 'make bench   the measurements that the documentation quotes'
	@echo 'make format  put the sources into the house style; make lint says what is not in it'
	@echo 'make ci      everything that must pass before a change is taken'

serve: build
	exec .build/release/grapnel serve hooks --data .grapnel --listen 127.0.0.1:8080

build:
	.ci/install-packages run
	$(BUILD) -c release --product grapnel-launcher
	$(BUILD) -c release --product grapnel-fork
	$(BUILD) -c release --product grapnel

test:
	.ci/install-packages run test
	SWIFT='$(SWIFT)' .ci/test

bench: build
	.ci/install-packages bench
	bench/run
	bench/schedules
	bench/data

format:
	$(SWIFT) format --in-place --parallel --recursive Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift
	.ci/check-layers

ci:
	.ci/run

clean:
	rm -rf .build
