import ArgumentParser

/// `grapnel instances`.
struct Instances: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Make, list, rename and remove instances: tenants, each with hooks, keys, user ids and a share of the machine of its own.",
    subcommands: [InstancesCreate.self, InstancesList.self, InstancesRename.self, InstancesRemove.self])
}
