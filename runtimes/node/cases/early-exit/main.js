hook.header('X-Kept', 'yes');
console.log('before');
process.exit();
console.log('after');
