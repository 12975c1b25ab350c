def handler(payload)
  a, b = payload.values_at('a', 'b')
  { sum: a + b, parts: [a, b], nothing: nil, word: 'ü' }
end
