fork do
  Process.daemon
  trap("TERM", "IGNORE")
  sleep 600
end
Process.wait
puts "done"
