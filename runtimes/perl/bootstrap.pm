# Loaded before the hook's file, which is the main program. A handler is called in the END block, the only place after
# the main program; as END blocks run in reverse order, those of the hook come before its handler.
package bootstrap;

my ($has_begun, $has_exited, $syntax_error, @trace);
my $process = $$;

if (defined $ENV{GRAPNEL_DEPENDENCIES}) {
  require Config;
  unshift @INC, map "$ENV{GRAPNEL_DEPENDENCIES}/perl/lib/perl5$_", "/$Config::Config{archname}", '';
}
unshift @INC, $0 =~ m{\A(.*)/}s ? $1 : '.';

*CORE::GLOBAL::exit = sub (;$) {
  $has_exited = 1;
  CORE::exit($_[0] // 0);
};

# Where it died is known only now: an exception in Perl has no trace.
$SIG{__DIE__} = sub {
  # Where Perl compiles, nobody knows whether an eval is around it.
  if (!defined $^S) {
    $syntax_error = $_[0];
    return;
  }
  @trace = ();
  for (my $depth = 0; my @frame = caller $depth; $depth++) {
    push @trace, [@frame[1 .. 3]];
  }
  # An eval will catch it.
  return if $^S;
  require Grapnel::Failure;
  Grapnel::Failure::report($_[0], \@trace);
  CORE::exit(1);
};

INIT { $has_begun = 1 }

END {
  if (!$has_begun && $?) {
    require Grapnel::Failure;
    # Perl has printed it.
    Grapnel::Failure::tell_host($syntax_error) if defined $syntax_error;
    $? = 1;
  } elsif ($? == 0 && !$has_exited && $$ == $process && defined &main::handler) {
    require Grapnel;
    if (eval { Grapnel::_handle(\&main::handler); 1 }) {
      # What the last command of the handler left here is not the run's exit code.
      $? = 0;
    } else {
      my $error = $@;
      require Grapnel::Failure;
      Grapnel::Failure::report($error, \@trace);
      $? = 1;
    }
  }
}

1;
