begin
  Grapnel.call('conformance-greet')
rescue Grapnel::CallError => error
  puts error.code == 'forbidden' ? 'refused' : error.code
end
