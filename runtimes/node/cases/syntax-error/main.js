console.log('before'
