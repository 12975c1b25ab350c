// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// The rows of docs/architecture.md, lowest first; .ci/check-layers holds the imports against them.
let package = Package(
  name: "grapnel",
  products: [
    .executable(name: "grapnel", targets: ["grapnel"]),
    .executable(name: "grapnel-launcher", targets: ["grapnel-launcher"]),
    .library(name: "grapnel-fork", type: .dynamic, targets: ["CFork"]),
    .library(name: "GrapnelClient", targets: ["GrapnelClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .target(
      name: "CSandbox", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary("seccomp")]),
    // Loaded by interpreters, which have no Swift: so nothing of it is linked.
    .target(
      name: "CFork", dependencies: ["CSandbox"], cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-stdlib", "-Xlinker", "--as-needed"])]),
    .target(name: "Model", swiftSettings: settings),
    .target(name: "EventLoop", dependencies: ["CLibuv", "Model"], swiftSettings: settings),
    .target(name: "Schema", dependencies: ["Model"], swiftSettings: settings),
    .target(name: "Schedules", dependencies: ["Model"], swiftSettings: settings),
    .target(name: "Store", dependencies: ["Model"], swiftSettings: settings),
    .target(name: "Telemetry", dependencies: ["Model", coreMetrics], swiftSettings: settings),
    .target(name: "Zones", dependencies: ["Model"], swiftSettings: settings),
    .target(name: "StoreSQLite", dependencies: ["Model", "Store", grdb, metrics, sqlite], swiftSettings: settings),
    .target(
      name: "Sandbox", dependencies: ["CSandbox", "EventLoop", "Model", logging], swiftSettings: settings),
    .target(
      name: "Content",
      dependencies: ["EventLoop", "Model", "Schedules", "Schema", "Store", crypto, logging, yams],
      swiftSettings: settings),
    .target(name: "Identity", dependencies: ["Model", "Store", crypto, cryptoExtras], swiftSettings: settings),
    .target(
      name: "Runtimes", dependencies: ["EventLoop", "Model", "Sandbox", yams], swiftSettings: settings),
    .target(
      name: "Engine",
      dependencies: [
        "Content", "EventLoop", "Model", "Records", "Runtimes", "Sandbox", "Schedules", "Schema", "Store", "Telemetry",
        coreMetrics, logging,
      ], swiftSettings: settings),
    .target(
      name: "Gateway",
      dependencies: [
        "Content", "Doors", "Engine", "Identity", "Model", "Schedules", "Store", "Telemetry", coreMetrics, crypto,
        httpTypes, hummingbird, logging, nioCore, nioHTTP1,
      ],
      swiftSettings: settings),
    .target(name: "Records", dependencies: ["Model", "Schema", "Store"], swiftSettings: settings),
    .target(name: "Doors", dependencies: ["Model", httpTypes], swiftSettings: settings),
    .target(
      name: "DialectKinto", dependencies: ["Doors", "Identity", "Model", "Records", "Store", crypto, httpTypes],
      path: "Sources/Dialects/Kinto", swiftSettings: settings),
    .target(name: "GrapnelClient", dependencies: ["Model"], swiftSettings: settings),
    .executableTarget(name: "grapnel-launcher", dependencies: ["CSandbox"], cSettings: [.define("_GNU_SOURCE")]),
    .executableTarget(
      name: "grapnel",
      dependencies: [
        "Content", "DialectKinto", "Doors", "Engine", "EventLoop", "Gateway", "GrapnelClient", "Identity", "Model",
        "Records", "Runtimes", "Sandbox", "Schedules", "Store", "StoreSQLite", "Telemetry", "Zones", argumentParser,
        coreMetrics, logging, yams,
      ], swiftSettings: settings),
    .target(
      name: "StoreConformance", dependencies: ["Model", "Store"], path: "Tests/StoreConformance",
      swiftSettings: settings),
    .executableTarget(
      name: "StoreCrashWriter", dependencies: ["Model", "Store", "StoreSQLite"], path: "Tests/StoreCrashWriter",
      swiftSettings: settings),
    .executableTarget(
      name: "ScheduleProbe", dependencies: ["Model", "Schedules", "Zones"], path: "Tests/ScheduleProbe",
      exclude: ["expressions.py", "test_schedules.py"], swiftSettings: settings),
    .executableTarget(
      name: "ScheduleLoad",
      dependencies: ["Engine", "EventLoop", "Model", "Schedules", "Store", "StoreSQLite", "Telemetry", logging],
      path: "Tests/ScheduleLoad", swiftSettings: settings),
    .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: settings),
    .testTarget(name: "EventLoopTests", dependencies: ["CLibuv", "EventLoop", "Model"], swiftSettings: settings),
    .testTarget(name: "SchemaTests", dependencies: ["Model", "Schema"], swiftSettings: settings),
    .testTarget(
      name: "SchedulesTests", dependencies: ["Model", "ScheduleProbe", "Schedules", "Zones"], swiftSettings: settings),
    .testTarget(name: "ZonesTests", dependencies: ["Model", "Zones"], swiftSettings: settings),
    .testTarget(
      name: "StoreSQLiteTests",
      dependencies: ["Model", "Store", "StoreConformance", "StoreCrashWriter", "StoreSQLite", grdb],
      swiftSettings: settings),
    .testTarget(
      name: "SandboxTests", dependencies: ["CSandbox", "EventLoop", "Model", "Sandbox"], swiftSettings: settings),
    .testTarget(
      name: "ContentTests", dependencies: ["Content", "EventLoop", "Model", "Schedules", "Store", "Zones", logging],
      swiftSettings: settings),
    .testTarget(
      name: "RecordsTests", dependencies: ["Model", "Records", "Schema", "Store", "StoreSQLite"],
      swiftSettings: settings),
    .testTarget(name: "IdentityTests", dependencies: ["Identity", "Model", "Store"], swiftSettings: settings),
    .testTarget(
      name: "RuntimesTests", dependencies: ["EventLoop", "Model", "Runtimes", "Sandbox"], exclude: ["harness.py"],
      swiftSettings: settings),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry", coreMetrics], swiftSettings: settings),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Content", "Engine", "EventLoop", "Model", "Records", "Runtimes", "Sandbox", "Schedules", "Store",
        "StoreSQLite", "Telemetry", "Zones", coreMetrics, grdb, logging,
      ], swiftSettings: settings),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "Content", "Doors", "Engine", "Gateway", "Identity", "Model", "Schedules", "Schema", "Store", "Telemetry",
        crypto, httpTypes, logging,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DialectKintoTests", dependencies: ["DialectKinto", "Doors", "Model", "Records", "Store", httpTypes],
      swiftSettings: settings),
    .testTarget(name: "GrapnelClientTests", dependencies: ["GrapnelClient", "Model"], swiftSettings: settings),
    .testTarget(
      name: "CLITests", dependencies: ["grapnel", "GrapnelClient", "Model", "Records", argumentParser],
      exclude: ["Snapshots"],
      swiftSettings: settings),
  ],
  cLanguageStandard: .gnu17
)
