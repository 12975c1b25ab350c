Grapnel.log.info({ a: [1, true, nil] })
