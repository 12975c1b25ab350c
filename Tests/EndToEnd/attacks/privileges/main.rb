# The numbers of x86-64.
{
  "unshare user" => [272, 0x10000000], "unshare mount" => [272, 0x20000], "setns" => [308, 0, 0],
  "chroot" => [161, "/tmp"], "setuid" => [105, 0], "keyctl" => [250, 0, -3, 0, 0, 0],
  "add_key" => [248, "user", "grapnel", "x", 1, -3], "ptrace" => [101, 0, 0, 0, 0],
  "io_uring_setup" => [425, 8, "x" * 256], "bpf" => [321, 0, "x" * 128, 128], "userfaultfd" => [323, 1],
  "mknod" => [133, "/tmp/grapnel-leftover", 0o20666, 0x103], "personality" => [135, 0x40000]
}.each do |name, arguments|
  $VERBOSE = nil
  syscall(*arguments)
  puts "BREACH #{name}"
rescue SystemCallError => error
  puts "refused #{name} #{error.message}"
end
