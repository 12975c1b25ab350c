$stderr.binmode
loop { $stderr.write("\xff\xfe\0x".b * 16384) }
