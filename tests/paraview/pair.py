# SPDX-FileCopyrightText: Copyright (c) NeuralVolume developers
# SPDX-License-Identifier: BSD-3-Clause
"""A scene in two views: with ParaView's Volume of the decoded array, and with Neural Volume."""

import numpy as np
import scene
from paraview import simple


def add_plane(view, depth, colour, opacity, middle, towards, size, up=(0, 0, 1)):
    """A square across the line of sight, at a distance from the middle towards the camera."""
    right = np.cross(up, towards)
    right /= np.linalg.norm(right)
    above = np.cross(towards, right)
    corner = middle + depth * np.array(towards) - size / 2 * (right + above)
    plane = simple.Plane(
        Origin=list(corner), Point1=list(corner + size * right), Point2=list(corner + size * above)
    )
    display = simple.Show(plane, view)
    display.AmbientColor = display.DiffuseColor = list(colour)
    display.Ambient, display.Diffuse, display.Opacity = 1.0, 0.0, opacity
    return plane


class Pair:
    """The same scene twice: with ParaView's Volume of the decoded array, and with Neural Volume."""

    def __init__(self, model_path):
        reader = simple.OpenDataFile(model_path)
        sources = {"Volume": scene.decompressed(reader), "Neural Volume": reader}
        self.views = [scene.new_view() for _ in sources]
        self.set(UseFXAA=0)
        self.volumes = []
        for view, (representation, source) in zip(self.views, sources.items(), strict=True):
            self.volumes.append(scene.show_volume(source, view, representation, opacity=0.9))
            scene.aim(view, reader.GetDataInformation().GetBounds())
        low, high = np.reshape(reader.GetDataInformation().GetBounds(), (3, 2)).T
        self.middle, self.radius = (low + high) / 2, np.linalg.norm(high - low) / 2
        towards = np.array(self.views[0].CameraPosition) - self.middle
        self.towards = towards / np.linalg.norm(towards)

    def add_plane(self, depth, colour=(0.2, 0.9, 0.3), opacity=0.5):
        """A plane through the left half of the picture, at so many radii from the middle."""
        aside = self.middle - 0.9 * self.radius * np.cross((0, 0, 1), self.towards)
        for view in self.views:
            add_plane(
                view, depth * self.radius, colour, opacity, aside, self.towards, 1.8 * self.radius
            )

    def add_sphere(self, place, radius, colour, opacity):
        sphere = simple.Sphere(
            Center=list(self.middle + self.radius * np.array(place)),
            Radius=radius * self.radius,
            ThetaResolution=40,
            PhiResolution=40,
        )
        for view in self.views:
            display = simple.Show(sphere, view)
            display.AmbientColor = display.DiffuseColor = list(colour)
            display.Opacity = opacity
        return sphere

    def add_surfaces(self):
        """Translucent surfaces before, in and behind the volume, around an opaque one."""
        for depth in (1.1, 0.15, -0.9):
            self.add_plane(depth, opacity=0.3)
        self.add_sphere((0, 0, 0), 0.6, (0.2, 0.4, 1.0), 0.4)
        self.add_sphere((0.3, -0.3, -0.1), 0.3, (0.9, 0.2, 0.2), 0.5)
        self.add_sphere((0.3, -0.2, 0.2), 0.15, (0.9, 0.8, 0.7), 1.0)

    def set(self, **properties):
        """Set properties of both views."""
        for view in self.views:
            for name, value in properties.items():
                setattr(view, name, value)

    def pictures(self, size=None, **options):
        return [scene.picture(view, size, **options)[..., :3] for view in self.views]

    def require_alike(self, at_least, size=None):
        pictures = self.pictures(size)
        scene.require_alike(*pictures, at_least)
        assert np.abs(pictures[0] - pictures[1]).mean() < 0.01
        return pictures
