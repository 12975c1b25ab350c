module Loud
  def self.shout(text) = text.upcase
end
