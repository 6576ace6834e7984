"""Where frames and words come from: video, images, cameras, text tracks, data sets, simulators."""
