request = Grapnel.request
hidden = ENV.key?('HTTP_AUTHORIZATION') || ENV.key?('HTTP_COOKIE') ? 'shown' : 'hidden'
puts [request.method, request.path, request.query, request.content_type, request.headers['x-colour'], hidden].join(' ')
