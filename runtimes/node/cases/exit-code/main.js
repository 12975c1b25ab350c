process.stdout.write('partial\n', () => process.exit(7));
