300.times do
  Process.wait(fork do
    fork { exit!(0) }
    exit!(0)
  end)
end
puts "done"
