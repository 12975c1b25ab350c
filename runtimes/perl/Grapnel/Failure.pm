# Tells the log and the host why the run is about to fail; loaded when it is.
package Grapnel::Failure;

use strict;
use warnings;

require Grapnel;

sub MAXIMUM_TEXT () { 64 << 10 }

# Where Perl says that it died, at the end of a message.
my $place = qr/ at \S+ line \d+(?:, <\w+> (?:line|chunk) \d+)?\.\n\z/;

# Prints the error with its trace, which is a list of [file, line, sub] as `caller` gives them, the innermost first, and
# tells the host.
sub report {
  my ($error, $trace) = @_;
  my $text = _text($error);
  my $has_place = $text =~ $place;
  $text .= "\n" unless $text =~ /\n\z/;
  my $folder = __FILE__ =~ s{Grapnel/Failure\.pm\z}{}r;
  my $own = qr{\A\Q$folder\E(?:bootstrap|Grapnel|Grapnel/\w+)\.pm\z};
  for my $index (0 .. $#$trace) {
    my ($file, $line, $sub) = @{$trace->[$index]};
    last if $sub eq 'bootstrap::END';
    next if $file =~ $own || $index == 0 && $has_place;
    $text .= "\t" . ($index == 0 ? 'died' : "$sub called") . " at $file line $line\n";
  }
  print STDERR Grapnel::_bytes($text);
  tell_host($error, $text);
}

# Tells the host.
sub tell_host {
  my ($error, $trace) = @_;
  my $text = _text($error);
  my %members = (
    exception => ref $error || 'die',
    message => $text =~ s/$place//r =~ s/\n\z//r,
    traceback => $trace // $text,
  );
  my $frame = join ',', map { qq("$_":) . Grapnel::_quote(substr $members{$_}, 0, MAXIMUM_TEXT) } sort keys %members;
  Grapnel::_send(qq({"type":"error",$frame}));
}

sub _text {
  my ($error) = @_;
  # An object's own words may fail too.
  local ($@, $SIG{__DIE__});
  eval { "$error" } // ref $error;
}

1;
