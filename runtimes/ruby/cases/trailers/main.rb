print 'abc'
Grapnel.trailers({ 'X-Sum' => 'abc'.sum })
